/** What the program's exit says where nobody takes its output, or nothing can. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from './harness';

const ASKED = [['--version'], ['--help'], ['blame', '--help'], ['bogus']];
const FULL = '/dev/full';

describe('output that is not taken', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-output-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Exit code and what is said, of the program whose output goes where the shell is told. */
  function answerOf(args: readonly string[], script: string): { exit: number; said: string } {
    const shell = ['-c', `${script}; echo $? >"$OUT/exit"`, 'sh', process.execPath, bundle(), ...args];
    const { stderr } = spawnSync('sh', shell, { env: { ...process.env, OUT: folder }, encoding: 'utf8' });
    return { exit: Number(readFileSync(join(folder, 'exit'), 'utf8')), said: stderr };
  }

  for (const args of ASKED) {
    it(`${args.join(' ')}: a reader who has gone changes nothing`, () => {
      const pipe = 'rm -f "$OUT/pipe"; mkfifo "$OUT/pipe"; exec 3<>"$OUT/pipe"; exec 4>"$OUT/pipe"; exec 3<&-';
      const { exit, said } = answerOf(args, `${pipe}; "$@" >&4 2>&4`);
      assert.deepEqual({ exit, said }, { exit: args[0] === 'bogus' ? 2 : 0, said: '' });
    });
  }

  it('a full disk is neither a policy that is met nor one that is not', function () {
    if (!existsSync(FULL)) this.skip();
    for (const args of ASKED.slice(0, 3)) {
      const { exit, said } = answerOf(args, `"$@" >${FULL}`);
      assert.equal(exit, 3, args.join(' '));
      assert.match(said, /^countersign: the output could not be written: .*\n$/);
    }
  });
});
