/** The key that signs records, and whether the target's keys know who certified it. */
import { SIGNERS_PATH } from '../../core/sidecar/paths';
import { recorderState } from '../recorder';
import type { Repository } from '../repository';
import type { Finding } from './finding';
import { fault, notice, ok } from './finding';
import { shellWord } from '../shellWord';

/** Days before the end of a certification from which on it is told. */
const SOON = 14 * 24 * 60 * 60 * 1000;
const MAKE = 'run: countersign recorder init';

/** Nothing where nobody asks for signed records and none are signed. */
export async function recorderFindings(repository: Repository, now = Date.now()): Promise<Finding[]> {
  const { email, file, key, required, refusal, line, exposed } = await recorderState(repository, now);
  if (key === undefined) {
    if (!required) return [];
    return [fault('recorder', `the policy asks for signed records, and there is no key for ${email}`, MAKE)];
  }
  const open =
    exposed === true ? [fault('recorder', `others may read ${file}`, `run: chmod 600 ${shellWord(file)}`)] : [];
  if (refusal !== undefined) {
    const remedy = line === undefined ? MAKE : `have this line added to ${SIGNERS_PATH}: ${line}`;
    const message = `records of ${email} would not count as signed: ${refusal}`;
    return [...open, required ? fault('recorder', message, remedy) : notice('recorder', message, remedy)];
  }
  if (Date.parse(key.until) - now < SOON) {
    return [...open, notice('recorder', `the key that signs records is certified until ${key.until}`, MAKE)];
  }
  return [...open, ok('recorder', `records of ${email} are signed, until ${key.until}`)];
}
