/** One change to an honest question: to the signature, its armour, the file around it, what is asked, and both key files. */
import { armourSignature } from '../../src/core/signing/sshsig';
import { lengthPrefixed, u32 } from '../../src/core/text/bytes';
import type { Question } from '../unit/signing/verdicts';
import { ANA } from './material';
import type { Material, Start } from './material';
import type { Random } from './random';

/** A question after its change, and what to call the change. */
export interface Mutation {
  readonly name: string;
  readonly question: Question;
}

/** A change of any kind to any start. About one in twenty leaves the question honest, so that acceptance is compared too. */
export function mutate(random: Random, material: Material): Mutation {
  const begun = random.pick(material.starts);
  const { question } = begun;
  const named = (kind: string, changed: Partial<Question>): Mutation => {
    return { name: `${begun.name}: ${kind}`, question: { ...question, ...changed } };
  };
  if (question.envelope !== undefined && !random.once(4)) {
    const { path } = question.envelope;
    return named('envelope', { envelope: { path, bytes: envelope(random, question.envelope.bytes) } });
  }
  const { blob } = question;
  switch (random.below(blob === undefined ? 5 : 10)) {
    case 0:
      return named('signers, characters', { signers: text(random, question.signers) });
    case 1:
      return named('signers, lines', { signers: lines(random, begun, material) });
    case 2:
      return named('signers, options', { signers: `${ANA} ${options(random, begun)} ${begun.key}\n` });
    case 3:
      return named('revoked', { revoked: revoked(random, begun, material) });
    case 4:
      return named('asked', asked(random, question));
    case 5:
    case 6:
      return named('signature, bytes', { blob: bytes(random, blob ?? '') });
    case 7:
      return named('signature, parts', { blob: parts(random, blob ?? '', material) });
    case 8:
      return named('armour', { armour: armour(random, blob ?? '') });
    default:
      return named('signature, two at once', { blob: bytes(random, bytes(random, blob ?? '')) });
  }
}

/** A byte flipped, set, put in, taken out, doubled; a run moved; the end cut off or grown. */
function bytes(random: Random, blob: string): string {
  const at = random.below(blob.length);
  const [before, after] = [blob.slice(0, at), blob.slice(at)];
  const byte = String.fromCharCode(random.below(256));
  switch (random.below(8)) {
    case 0:
      return before + String.fromCharCode(after.charCodeAt(0) ^ (1 << random.below(8))) + after.slice(1);
    case 1:
      return before + byte + after.slice(1);
    case 2:
      return before + byte + after;
    case 3:
      return before + after.slice(1);
    case 4:
      return before + after.slice(0, 4) + after;
    case 5:
      return before;
    case 6:
      return blob + random.pick(['\0', byte, '\n', blob]);
    default:
      return before + random.pick(['\0\0\0\0', '\0\0\0\x01', '\xff\xff\xff\xff', '\x7f\xff\xff\xff']) + after.slice(4);
  }
}

/** A part of the signature exchanged for one that is well-formed. */
function parts(random: Random, blob: string, material: Material): string {
  const read = fieldsOf(blob);
  const other = fieldsOf(random.pick(material.starts).question.blob ?? blob);
  const which = random.below(8);
  const version = which === 0 ? random.pick([0, 2, 256]) : 1;
  const key = which === 1 ? other.key : read.key;
  const namespace =
    which === 2 ? random.pick(['git', '', `${read.namespace}\0`, read.namespace.slice(1)]) : read.namespace;
  const reserved = which === 3 ? random.pick(['x', '\0']) : '';
  const hash = which === 4 ? random.pick(['sha256', 'sha512', 'sha1', 'SHA512', '']) : read.hash;
  const signature =
    which === 5 ? other.signature : which === 6 ? signatureParts(random, read.signature) : read.signature;
  const tail = which === 7 ? '\0' : '';
  const head = lengthPrefixed(key) + lengthPrefixed(namespace) + lengthPrefixed(reserved) + lengthPrefixed(hash);
  return `SSHSIG${u32(version)}${head}${lengthPrefixed(signature)}${tail}`;
}

/** The algorithm, the numbers of ECDSA, the length of RSA, the flags of hardware. */
function signatureParts(random: Random, signature: string): string {
  const [algorithm, rest] = taken(signature);
  const [raw, authenticator] = taken(rest);
  const whole = (name: string, value: string, more = authenticator): string =>
    lengthPrefixed(name) + lengthPrefixed(value) + more;
  const [r, tail] = taken(raw);
  const [s] = taken(tail);
  const zeros = '\0'.repeat(random.pick([1, 2, 100, 2100]));
  switch (random.below(7)) {
    case 0: {
      const names = ['ssh-rsa', 'rsa-sha2-256', 'rsa-sha2-512', 'ssh-ed25519', 'ecdsa-sha2-nistp256', ''] as const;
      return whole(random.pick([...names]), raw);
    }
    case 1:
      return whole(algorithm, lengthPrefixed(zeros + r) + lengthPrefixed(s));
    case 2:
      return whole(algorithm, lengthPrefixed(r) + lengthPrefixed(`\x80${s}`));
    case 3:
      return whole(algorithm, zeros + raw);
    case 4:
      return whole(algorithm, raw.replace(/^\0+/, ''));
    case 5:
      return whole(algorithm, raw, String.fromCharCode(random.below(256)) + authenticator.slice(1));
    default:
      return whole(algorithm, raw, `${authenticator}\0`);
  }
}

function armour(random: Random, blob: string): string {
  const honest = armourSignature(blob);
  const base64 = honest.split('\n').slice(1, -2).join('');
  const framed = (body: string): string => `-----BEGIN SSH SIGNATURE-----\n${body}\n-----END SSH SIGNATURE-----\n`;
  switch (random.below(10)) {
    case 0:
      return honest.replaceAll('\n', '\r\n');
    case 1:
      return framed(base64);
    case 2:
      return framed(base64.replace(/.{8}/g, '$& '));
    case 3:
      return honest.trimEnd();
    case 4:
      return `${honest}${random.pick(['\n', 'x', '\0', '-----END'])}`;
    case 5:
      return `${random.pick(['\n', ' ', '\ufeff', 'x'])}${honest}`;
    case 6:
      return honest.replace(random.pick(['BEGIN', 'END', 'SSH', '-----', '\n']), random.pick(['', 'x', '\n']));
    case 7:
      return framed(base64.replace(/=+$/, ''));
    case 8:
      return framed(`${base64.slice(0, -1)}${random.pick(['', '=', '==', 'A', '\n\n'])}`);
    default:
      return text(random, honest);
  }
}

function envelope(random: Random, file: string): string {
  switch (random.below(6)) {
    case 0:
      return file.replace(random.pick([':', ',', '{']), random.pick(['$& ', '$&\n', '$&$&']));
    case 1:
      return file.replace('"payload"', random.pick(['"payload" ', '"payload":"","payload"', '"pay\\u006coad"']));
    case 2:
      return file.replace(/"sig":"([^"]*)"/, random.pick(['"sig":"$1="', '"sig":" $1"', '"sig":"$1\\n"', '"sig":""']));
    case 3:
      return file.replace('application/vnd.in-toto+json', random.pick(['text/plain', '', 'application/json']));
    case 4:
      return file.replace(/"keyid":"[^"]*"/, random.pick(['"keyid":"SHA256:x"', '"keyid":""', '"id":"x"']));
    default:
      return bytes(random, file);
  }
}

function asked(random: Random, question: Question): Partial<Question> {
  switch (random.below(4)) {
    case 0: {
      const names = [ANA, 'bo@example.com', 'Ana@example.com', 'ana@example.co', '*', 'ana@example.com,bo@example.com'];
      return { principal: names[random.below(names.length)] ?? ANA };
    }
    case 1:
      return { namespace: random.pick(['git', 'Signoff.v1@countersign.dev', 'signoff.v1@countersign.de', 'file']) };
    case 2:
      return { time: question.time + random.pick([-1, 0, 1, 2, 999, 1000, 3600, -3600, 7200, -7200, 1e6]) * 1000 };
    default:
      return { message: bytes(random, question.message) };
  }
}

/** Characters that mean something in these files, or seem to. */
const CHARACTERS = [
  ' ',
  '\t',
  '\r',
  '\0',
  '\v',
  '\n',
  ',',
  '"',
  "'",
  '\\',
  '#',
  '*',
  '!',
  '=',
  '@',
  'x',
  '+',
  '\u00a0',
  '\ufeff',
] as const;

function text(random: Random, from: string): string {
  const at = random.below(from.length + 1);
  const character = random.pick([...CHARACTERS]);
  switch (random.below(4)) {
    case 0:
      return from.slice(0, at) + character + from.slice(at);
    case 1:
      return from.slice(0, at) + character + from.slice(at + 1);
    case 2:
      return from.slice(0, at) + from.slice(at + 1);
    default:
      return from.slice(0, at) + from.slice(at + 1 + random.below(20));
  }
}

/** The same line in another form, or among others. */
function lines(random: Random, { key, options: needed }: Start, material: Material): string {
  const [type = '', base64 = ''] = key.split(' ');
  const opts = needed === '' ? '' : `${needed} `;
  const other = random.pick(material.keys);
  const forms = [
    `${ANA}\t${opts}${key} and a comment\r\n`,
    `# ${ANA}\n\n  ${ANA} ${opts}${key}`,
    `bo@example.com,${ANA},cy@example.com ${opts}${key}\n`,
    `bo@example.com ${opts}${key}\n${ANA} ${opts}${key}\n`,
    `${ANA} ${other}\nnonsense\n${ANA} ${opts}${key}\n`,
    `bo@example.com ${other}\n${ANA} ${other}\n`,
    `*@example.com ${opts}${key}\n`,
    `!${ANA},* ${opts}${key}\n`,
    `!bo@example.com,${ANA} ${opts}${key}\n`,
    `"${ANA}" ${opts}${key}\n`,
    `${ANA}, ${opts}${key}\n`,
    `${ANA.toUpperCase()} ${opts}${key}\n`,
    `${ANA} ${opts}${type.toUpperCase()} ${base64}\n`,
    `${ANA} ${opts}${type.replace('ssh-', '')} ${base64}\n`,
    `${ANA} ${opts}${other.split(' ')[0] ?? ''} ${base64}\n`,
    `${ANA} ${opts}${type} ${base64.replace(/=+$/, '')}\n`,
    `${ANA} ${opts}${type} ${base64.slice(0, 20)} ${base64.slice(20)}\n`,
    `${ANA} ${opts}${type}  ${base64}\t\n`,
    `${ANA} ${random.pick(material.certificates)}\n`,
    `${ANA} cert-authority ${random.pick(material.certificates)}\n`,
    `${ANA} cert-authority ${key}\n`,
    `${ANA} ${key}\n`,
    `${ANA} Cert-Authority ${key}\n`,
    `${ANA} cert-authority ${other}\n${ANA} ${opts}${key}\n`,
    '',
  ] as const;
  return random.pick([...forms]);
}

/** Options as people and attackers write them, around the time that is asked about. */
function options(random: Random, { options: needed }: Start): string {
  const times = [
    '20261122',
    '20261122Z',
    '20261123',
    '20261121Z',
    '202611221200',
    '202611221200Z',
    '20261122115959Z',
    '20261122120000',
    '20261122120001Z',
    '2026112212',
    '20261131',
    '20261122240000Z',
    '20261122235960Z',
    '19700101',
    '00010101Z',
    '99991231Z',
    '20261122z',
    '20261122UTC',
    '+1d',
    'always',
    '',
    ' 20261122',
  ] as const;
  const spaces = [
    'signoff.v1@countersign.dev',
    'git',
    'git,signoff.v1@countersign.dev',
    '*',
    'signoff.*',
    '!git,*',
    '',
    ',',
    'signoff.v1@countersign.dev,',
    'SIGNOFF.v1@countersign.dev',
    `${'x'.repeat(1100)},signoff.v1@countersign.dev`,
    'x.v1@countersign.dev',
  ] as const;
  const one = (): string => {
    switch (random.below(6)) {
      case 0:
        return `valid-after="${random.pick([...times])}"`;
      case 1:
        return `valid-before="${random.pick([...times])}"`;
      case 2:
        return `namespaces="${random.pick([...spaces])}"`;
      case 3:
        return random.pick([
          'cert-authority',
          'Namespaces="git"',
          'no-touch-required',
          'verify-required',
          'namespaces=git',
          'valid-before',
        ]);
      case 4:
        return `VALID-BEFORE="${random.pick([...times])}"`;
      default:
        return random.pick([
          'namespaces="git\\",x"',
          'namespaces="git',
          '',
          ' ',
          'namespaces= "git"',
          'cert-authority="x"',
        ]);
    }
  };
  const given = Array.from({ length: 1 + random.below(3) }, one);
  const all = needed === '' || random.once(8) ? given : [needed, ...given];
  return all.join(random.once(12) ? ' ,' : ',');
}

function revoked(random: Random, { key, question }: Start, material: Material): string {
  const other = random.pick(material.keys);
  const [type = '', base64 = ''] = key.split(' ');
  const forms = [
    `${key}\n`,
    `${other}\n`,
    `# all of them\n\n${other}\n${key} lost\r\n`,
    ` \t${key}`,
    `${other} a\n${other} b\n`,
    `x ${key}\n`,
    `${ANA} ${key}\n`,
    `${type}\n`,
    `${type} ${base64.slice(0, -8)}\n`,
    `${random.pick(material.certificates)}\n`,
    'nonsense\n',
    '',
    '\n\n#\n',
    `#${key}\n`,
    'SSHKRL\n\0\0\0\0\x01',
    `cert-authority ${key}\n`,
    `${other.split(' ')[0] ?? ''} ${base64}\n`,
    `${key}\0\n`,
  ] as const;
  const form = random.pick([...forms]);
  // Now and then the certified key itself, which the start's own line does not show.
  if (random.once(4))
    return material.keys.filter((each) => each !== other && !question.signers.includes(each)).join('\n');
  return random.once(3) ? text(random, form) : form;
}

interface Fields {
  readonly key: string;
  readonly namespace: string;
  readonly hash: string;
  readonly signature: string;
}

function fieldsOf(blob: string): Fields {
  const [key, afterKey] = taken(blob.slice(10));
  const [namespace, afterNamespace] = taken(afterKey);
  const [, afterReserved] = taken(afterNamespace);
  const [hash, afterHash] = taken(afterReserved);
  return { key, namespace, hash, signature: taken(afterHash)[0] };
}

/** A length-prefixed value, and what stands behind it. */
function taken(from: string): [string, string] {
  const length = Buffer.from(from.slice(0, 4).padEnd(4, '\0'), 'latin1').readUInt32BE();
  return [from.slice(4, 4 + length), from.slice(4 + length)];
}
