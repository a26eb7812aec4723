/**
 * Sign-offs that somebody else brings into the repository: a reviewer without push rights, on a fork, or who must not be the
 * last to push writes them to a file, and whoever may push takes the file in. The signature is the proof, whoever carries it.
 */
import { lstatSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { CountersignError } from '../core/model/problem';
import type { Decision, VerifiedSignoff } from '../core/model/signoff';
import { parseEnvelope } from '../core/signing/dsse';
import { parseSignoffFile } from '../core/signing/statement';
import { MAX_FILE_BYTES } from '../core/sidecar/limits';
import { storePath } from '../core/sidecar/paths';
import { standingOf } from '../core/verify/authority';
import { verifyChange } from '../core/verify/verify';
import { readBlobs } from './blobs';
import { commitOnly, requireQuietRepository } from './commitOnly';
import { nodeHash } from './hash';
import type { Repository } from './repository';
import { inRepository } from './repository';
import { verifyRaw } from './sshVerify';
import type { Standpoint } from './status';
import { branchReport } from './status';
import { writeToStore } from './store';

/** Files to write so many envelopes to: the named one, and for more `NAME.2.dsse` and so on beside it. */
export function exportNames(file: string, envelopes: number): string[] {
  const extension = extname(file);
  const stem = join(dirname(file), basename(file, extension));
  return Array.from({ length: envelopes }, (_, index) => (index === 0 ? file : `${stem}.${index + 1}${extension}`));
}

/** Writes envelopes to files; throws `file-exists` (exit 2) rather than write over one, before any is written. */
export function exportEnvelopes(file: string, envelopes: readonly string[]): string[] {
  const names = exportNames(file, envelopes.length);
  for (const name of names) requireFree(name);
  for (const [index, name] of names.entries()) {
    writeFileSync(name, Buffer.from(envelopes[index] ?? '', 'latin1'), { flag: 'wx' });
  }
  return names;
}

/** Throws `file-exists`, or `no-folder`, for a file that can't be written to; asked before anything is signed. */
export function requireFree(file: string): void {
  if (lstatSync(dirname(file), { throwIfNoEntry: false })?.isDirectory() !== true) {
    const message = 'expected a file in a folder that exists';
    throw new CountersignError({ code: 'no-folder', path: file, field: '--export', message }, 2);
  }
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return;
  const message = 'expected the name of a new file, found one that exists; name another';
  throw new CountersignError({ code: 'file-exists', path: file, field: '--export', message }, 2);
}

/** A sign-off that was brought in, and what it does here. */
export interface CarriedSignoff {
  readonly id: string;
  readonly path: string;
  readonly decision: Decision;
  readonly reviewer: string;
  /** HEAD holds it already: these bytes, or another envelope of it, which is left and judged. */
  readonly present: boolean | 'otherwise';
  /** Numbers of the blocks of this change for which it counts. */
  readonly blocks: readonly number[];
  /** Why it counts for nothing here; undefined when it counts, or when it decides about no block. */
  readonly refusal?: string;
}

export interface Import {
  readonly signoffs: readonly CarriedSignoff[];
  /** The commit that holds them; undefined when they were only staged, or were all there already. */
  readonly commit?: string;
}

/**
 * Takes sign-offs in: each file must be what a signer's tool wrote, its signature valid, and meant for this repository.
 * Nothing is written unless all are. Whether they have the authority is the gate's to say, so one that has not comes in as
 * well, with the reason.
 */
export async function importSignoffs(
  repository: Repository,
  files: readonly string[],
  options: { readonly base?: string; readonly commit: boolean },
): Promise<Import> {
  if (options.commit) requireQuietRepository(repository);
  const read = files.map(readCarried);
  const standpoint = await branchReport(repository, options);
  const { repo } = standpoint.input.policy;
  for (const [index, { signoff }] of read.entries()) {
    const found = signoff.statement.predicate.repo;
    if (found === repo) continue;
    const message = `expected a sign-off for this repository (${repo}), found one for ${found}`;
    throw new CountersignError({ code: 'other-repo', path: files[index] ?? '', message }, 2);
  }
  const paths = [...new Set(read.map(({ signoff }) => signoff.path))];
  const landed = await landedBefore(repository, standpoint.target.commit, paths);
  const { base } = standpoint.report;
  const blobs = await readBlobs(
    repository,
    paths.flatMap((path) => [`HEAD:${path}`, `${base}:${path}`]),
  );
  const chosen = paths.flatMap((path) => {
    const own = blobs.get(`HEAD:${path}`);
    const given = read.filter(({ signoff }) => signoff.path === path);
    const parsed = own === undefined ? undefined : parseSignoffFile(own, path, { hash: nodeHash, verifyRaw });
    const standing = own !== undefined && parsed?.ok === true ? [{ bytes: own, signoff: parsed.value }] : [];
    // What the base holds is never edited.
    const isFixed = blobs.has(`${base}:${path}`);
    const kept = given.some(({ bytes }) => bytes === own) || 'otherwise';
    const judged = (isFixed && standing.length > 0 ? standing : [...standing, ...given]).map(({ bytes, signoff }) => ({
      bytes,
      signoff: carried(standpoint, signoff, (isFixed || bytes === own) && kept, landed.has(path)),
    }));
    // Several envelopes may hold one payload: HEAD's own stays, unless only another counts.
    return judged.find(({ signoff }) => signoff.refusal === undefined) ?? judged[0] ?? [];
  });
  const signoffs = chosen.map(({ signoff }) => signoff);
  const fresh = chosen.filter(({ signoff }) => signoff.present === false);
  for (const { bytes, signoff } of fresh) await writeToStore(repository, 'signoff', bytes, signoff.id);
  if (!options.commit || fresh.length === 0) return { signoffs };
  const message = fresh.length === 1 ? 'Bring in a sign-off' : `Bring in ${fresh.length} sign-offs`;
  const added = fresh.map(({ signoff }) => signoff.path);
  return { signoffs, commit: await commitOnly(repository, added, message) };
}

/** Reads and verifies one file. What mail and chat do to the end of a line is undone; anything else is refused. */
function readCarried(file: string): { bytes: string; signoff: VerifiedSignoff } {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  if (stat?.isFile() !== true || stat.size > MAX_FILE_BYTES) {
    const message = `expected a file of at most ${MAX_FILE_BYTES} bytes that countersign approve --export wrote`;
    throw new CountersignError({ code: 'no-file', path: file, message }, 2);
  }
  const bytes = `${readFileSync(file, 'latin1').replace(/[\r\n]+$/, '')}\n`;
  const envelope = parseEnvelope(bytes, file);
  if (!envelope.ok) throw new CountersignError(envelope.problems[0] ?? unreadable(file), 2);
  const id = nodeHash.sha256(envelope.value.payload);
  const [, named] = /^([0-9a-f]{64})\.dsse$/.exec(basename(file)) ?? [];
  if (named !== undefined && named !== id) {
    const message = `expected the file name to be the SHA-256 of the payload, ${id}; is it the file that was sent?`;
    throw new CountersignError({ code: 'signoff-name', path: file, message }, 2);
  }
  const parsed = parseSignoffFile(bytes, storePath('signoff', id), { hash: nodeHash, verifyRaw });
  if (parsed.ok) return { bytes, signoff: parsed.value };
  throw new CountersignError({ ...(parsed.problems[0] ?? unreadable(file)), path: file }, 2);
}

function unreadable(path: string): { code: string; path: string; field: string; message: string } {
  return { code: 'signoff-malformed', path, field: '', message: 'expected a sign-off' };
}

/** Those of the files that the target's history has seen: they are spent. */
async function landedBefore(
  repository: Repository,
  target: string,
  paths: readonly string[],
): Promise<ReadonlySet<string>> {
  const log = ['log', '--full-history', '-m', '--format=', '--name-only', '-z', '--no-renames', '--end-of-options'];
  const touched = await inRepository(repository, [...log, target, '--', ...paths]);
  return new Set(touched.split(/[\0\n]/));
}

/** Asks the gate's own code what becomes of the branch with this sign-off in it. */
function carried(
  standpoint: Standpoint,
  signoff: VerifiedSignoff,
  present: CarriedSignoff['present'],
  landed: boolean,
): CarriedSignoff {
  const { decision, reviewer } = signoff.statement.predicate;
  const told = { id: signoff.id, path: signoff.path, decision, reviewer: reviewer.principal, present };
  const { input } = standpoint;
  const spent = landed ? new Set([...input.spent, signoff.path]) : input.spent;
  const standing = standingOf({ ...input, spent }, signoff);
  if (!standing.ok) return { ...told, blocks: [], refusal: standing.refusal.reason };
  if (decision !== 'approve') return { ...told, blocks: [] };
  const others = input.signoffs.filter((each) => each.id !== signoff.id);
  const report = verifyChange(nodeHash, { ...input, spent, signoffs: [...others, signoff] });
  const bearings = report.hunks.flatMap((hunk) =>
    hunk.signoffs.filter((each) => each.id === signoff.id).map((each) => ({ block: hunk.block, ...each })),
  );
  const blocks = [
    ...new Set(bearings.flatMap((each) => (each.counts || each.countsFor !== undefined ? [each.block] : []))),
  ];
  if (blocks.length > 0) return { ...told, blocks };
  return { ...told, blocks, refusal: bearings[0]?.reason ?? 'nothing that it signs needs a sign-off in this change' };
}
