/** What a record, request or sign-off says, for people and for machines. Lines count from 1 here. */
import type { Actor, Counts } from '../../core/model/origin';
import { COUNTED } from '../../core/model/origin';
import type { NamedRecord, RecordSignature, RecordedFile, RecordedHunk, RecordedObject } from '../../core/model/record';
import { addCounts } from '../../core/model/fold';
import type { Subject, TextAnnotations, WindowMark } from '../../core/model/span';
import { keyFingerprint } from '../../core/signing/sshsig';
import { nodeHash } from '../../node/hash';
import type { SidecarFile } from '../../node/sidecarFile';
import { certificateText, shownCertificate } from './certificate';
import type { Palette } from './colour';
import { escapeShort, escapeText } from './escape';

/** The value that `show --json` prints, without where the file was found. */
export function sidecarJson(file: SidecarFile): object {
  const { kind, id, path } = file;
  switch (file.kind) {
    case 'record': {
      const { repo, author, recorder, base, files } = file.record;
      const signature = shownSignature(file.signature);
      return { kind, id, path, repo, author, recorder, base, signature, files: files.map(fileJson) };
    }
    case 'request': {
      const { repo, author, to, note, observed, subject } = file.request;
      return { kind, id, path, repo, author, to, note, observed, subjects: subject.map(subjectJson) };
    }
    case 'signoff': {
      const { statement, keyType, userPresent, userVerified } = file.signoff;
      const { decision, ...said } = statement.predicate;
      const certificate = shownCertificate(file.signoff.keyBlob);
      const certified = certificate === undefined ? {} : { certificate };
      const key = { type: keyType, userPresent, userVerified, ...certified };
      return { kind, id, path, decision, ...said, key, subjects: statement.subject.map(subjectJson) };
    }
  }
}

function fileJson({ path, blob, was, object, hunks }: RecordedFile): object {
  const renamed = was === undefined ? {} : { was };
  return { path, blob, ...renamed, ...(object === undefined ? {} : { object }), hunks: hunks.map(hunkJson) };
}

function hunkJson(hunk: RecordedHunk): object {
  const { side, start, lines, origin, via, evidence, actor, from, whose } = hunk;
  return {
    side,
    start: start + 1,
    end: start + lines.length,
    origin,
    via,
    evidence,
    ...(actor === undefined ? {} : { actor }),
    ...(from === undefined ? {} : { from }),
    ...(whose === undefined ? {} : { whose }),
    characters: charactersOf(hunk),
  };
}

function charactersOf({ lines }: RecordedHunk): Counts {
  return lines.reduce<Counts>((sum, line) => addCounts(sum, line.counts), {});
}

function subjectJson({ name, digest, annotations }: Subject): object {
  const about = { path: name, sha256: digest.sha256 };
  if ('object' in annotations) return { ...about, object: annotations.object };
  const [added, removed] = [linesOf(annotations.post), linesOf(annotations.pre)];
  return {
    ...about,
    ...(added === undefined ? {} : { added }),
    ...(removed === undefined ? {} : { removed }),
  };
}

/** Where the lines stood when they were signed. */
function linesOf({ start, count }: WindowMark): { start: number; end: number } | undefined {
  return count === 0 ? undefined : { start: start + 1, end: start + count };
}

/** The same as text; ends in a line break. */
export function sidecarText(file: SidecarFile, at: string, { strong, dim }: Palette): string {
  const found = at === 'work tree' ? '' : `  (in commit ${at.slice(0, 12)})`;
  const word = file.kind === 'signoff' ? DECISION_WORDS[file.signoff.statement.predicate.decision] : file.kind;
  const head = `${strong(`${word} ${file.id}`)}${dim(found)}`;
  return `${[head, ...bodyOf(file)].join('\n')}\n`;
}

/** Decisions as things. */
export const DECISION_WORDS = { approve: 'sign-off', reject: 'rejection', withdraw: 'withdrawal' } as const;

function bodyOf(file: SidecarFile): string[] {
  if (file.kind === 'record') return recordLines(file);
  if (file.kind === 'request') {
    const { author, to, note, observed, subject } = file.request;
    return [
      row('by', author),
      row('to', to.length === 0 ? 'whoever may sign' : to.join(', ')),
      ...noteRows(note),
      row('change', `${observed.base.slice(0, 12)}..${observed.head.slice(0, 12)}`),
      '',
      ...subject.map(subjectLine),
    ];
  }
  const { statement, keyType, userPresent, userVerified } = file.signoff;
  const { reviewer, observed, targetRefs, viewed, request, withdraws, note, reviewedAt, expiresAt } =
    statement.predicate;
  const certificate = shownCertificate(file.signoff.keyBlob);
  const touched = [userPresent ? 'user present' : '', userVerified ? 'user verified' : ''].filter(
    (each) => each !== '',
  );
  return [
    row('by', reviewer.principal),
    row('key', [`${reviewer.keyid} (${keyType})`, ...touched].join(', ')),
    ...(certificate === undefined ? [] : [row('certified', certificateText(certificate))]),
    row('signature', 'holds for this key; whether the key may sign here, the gate says'),
    row('at', `${reviewedAt}, until ${expiresAt}`),
    row('for', targetRefs.join(', ')),
    ...noteRows(note),
    ...(request === undefined ? [] : [row('request', request)]),
    ...(withdraws === undefined ? [] : [row('takes back', withdraws)]),
    row('looked at', `${viewed.expanded} of ${viewed.total}`),
    row('change', `${observed.base.slice(0, 12)}..${observed.head.slice(0, 12)}`),
    '',
    ...statement.subject.map(subjectLine),
  ];
}

/** Keys by their fingerprints. */
function shownSignature(signature: RecordSignature | undefined): object {
  if (signature?.kind !== 'holds') return signature ?? { kind: 'none' };
  const { kind, principal, until, keyBlob, certifier } = signature;
  const [key, certifiedBy] = [keyBlob, certifier].map((blob) => keyFingerprint(nodeHash, blob));
  return { kind, principal, until, key, certifiedBy };
}

function signatureRows(signature: RecordSignature | undefined): string[] {
  if (signature === undefined || signature.kind === 'none') return [row('signature', 'none')];
  if (signature.kind === 'broken') return [row('signature', `does not count: ${signature.reason}`)];
  const { principal, until, keyBlob, certifier } = signature;
  return [
    row('signature', `by ${principal}'s recorder (${keyFingerprint(nodeHash, keyBlob)})`),
    row('certified', `until ${until} by ${keyFingerprint(nodeHash, certifier)}; whether it counts here, the gate says`),
  ];
}

function recordLines({ record, signature }: NamedRecord): string[] {
  const { author, recorder, base, repo, files } = record;
  return [
    row('author', author),
    ...signatureRows(signature),
    row('recorder', `${recorder.id} ${recorder.version}`),
    row('base', base ?? 'none: a first commit'),
    row('repository', repo),
    ...files.flatMap((file) => ['', ...fileLines(file)]),
  ];
}

function fileLines({ path, blob, was, object, hunks }: RecordedFile): string[] {
  const renamed = was === undefined ? '' : `, was ${escapeText(was)}`;
  const head = `${escapeText(path)}  (${blob === null ? 'no content' : `content ${blob.slice(0, 12)}`}${renamed})`;
  const rows = hunks.map((hunk) => `  ${placeOf(hunk).padEnd(18)} ${sourceText(hunk)}`);
  return [head, ...(object === undefined ? [] : [`  ${'the whole file'.padEnd(18)} ${sourceText(object)}`]), ...rows];
}

function placeOf({ side, start, lines }: RecordedHunk): string {
  const range = lines.length === 1 ? String(start + 1) : `${start + 1}-${start + lines.length}`;
  return side === 'added' ? range : `removes ${range}`;
}

function sourceText(source: RecordedHunk | RecordedObject): string {
  const { origin, via, evidence, actor } = source;
  const hunk = 'lines' in source ? source : undefined;
  const parts = [
    `${via}, ${evidence}`,
    actorText(actor),
    hunk?.from === undefined ? '' : `said: ${hunk.from}`,
    hunk?.whose === undefined ? '' : `was ${hunk.whose}`,
    hunk === undefined ? '' : countsText(charactersOf(hunk)),
  ];
  return `${origin.padEnd(8)} ${parts.filter((part) => part !== '').join('; ')}`;
}

/** `claude-code 2.1, model m, session s`. */
export function actorText(actor: Actor | undefined): string {
  const { tool, version, model, session } = actor ?? {};
  const named = [tool, version].flatMap((part) => (part === undefined ? [] : [escapeShort(part, 60)])).join(' ');
  const more = [
    ...(model === undefined ? [] : [`model ${escapeShort(model, 60)}`]),
    ...(session === undefined ? [] : [`session ${escapeShort(session, 60)}`]),
  ];
  return [...(named === '' ? [] : [named]), ...more].join(', ');
}

function countsText(counts: Counts): string {
  const parts = COUNTED.flatMap((key) => (counts[key] === undefined ? [] : [`${counts[key]} ${key}`]));
  return parts.length === 0 ? '' : `characters: ${parts.join(', ')}`;
}

function subjectLine({ name, digest, annotations }: Subject): string {
  const place = 'object' in annotations ? OBJECTS[annotations.object] : windowText(annotations);
  return `  ${escapeText(name)}  ${place}  sha256 ${digest.sha256.slice(0, 12)}`;
}

const OBJECTS = { content: 'the whole file', mode: 'the file mode', rename: 'renamed', delete: 'deleted' } as const;

function windowText({ pre, post }: TextAnnotations): string {
  const removed = rangeText(pre);
  const added = rangeText(post);
  return [added, ...(removed === '' ? [] : [`removes ${removed}`])].filter((each) => each !== '').join(', ');
}

function rangeText({ start, count }: WindowMark): string {
  if (count === 0) return '';
  return count === 1 ? String(start + 1) : `${start + 1}-${start + count}`;
}

function noteRows(note: string): string[] {
  if (note === '') return [];
  return note.split('\n').map((line, index) => row(index === 0 ? 'note' : '', line));
}

function row(name: string, value: string): string {
  return `${name.padEnd(10)}  ${escapeText(value)}`.trimEnd();
}
