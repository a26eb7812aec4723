/** Faults that the fuzzer found, shrunk to what shows them, with real git. */
import assert from 'node:assert/strict';
import type { Source } from '../../../src/core/model/origin';
import { blameFile } from '../../../src/node/blame';
import { stageRecord } from '../../../src/node/stage';
import { AI, HUMAN, PASTE, TestRepository, person } from '../../support/repository';

const ana = person('ana');
const bo = person('bo');
const MOVED: Source = { origin: 'human', via: 'move', evidence: 'observed' };
const lines = (...texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('');

async function start(base: string): Promise<TestRepository> {
  const repo = new TestRepository().as(ana).adopt([ana]).write('shop.ts', base);
  repo.commit('Start');
  repo.as(bo).git('switch', '-q', '-c', 'work');
  return repo;
}

async function commit(repo: TestRepository): Promise<string[]> {
  repo.git('add', '-A');
  await stageRecord(await repo.open(), { id: 'test', version: '1' });
  repo.git('commit', '-q', '-m', 'Change');
  return (await blameFile(await repo.open(), repo.top, 'shop.ts', 'HEAD')).lines.map(({ origin }) => origin);
}

describe('a line that nobody explained', () => {
  const [one, two, last] = ['const total = sum(items);', 'const rate = rateOf(items);', 'return total * rate;'];
  const open = 'transfer(everything, elsewhere);';

  it('does not become a person’s because the lines above it were moved below it', async () => {
    const repo = await start(lines(one, two, last));
    repo.write('shop.ts', lines(one, two, open, last));
    assert.deepEqual(await commit(repo), ['unknown', 'unknown', 'unknown', 'unknown']);
    await repo.save('shop.ts', lines(open, one, two, last), [undefined, MOVED, MOVED, undefined]);
    assert.equal((await commit(repo))[0], 'unknown');
  });

  it('is neutral once it has landed: then the move speaks for whichever of the lines git shows as moved', async () => {
    const repo = await start(lines(one, two, open, last));
    await repo.save('shop.ts', lines(open, one, two, last), [undefined, MOVED, MOVED, undefined]);
    assert.deepEqual(await commit(repo), ['human', 'unknown', 'unknown', 'unknown']);
  });
});

describe('a short line of an AI', () => {
  it('does not become another’s where nobody on record moved it past lines that had been moved before', async () => {
    const [first, second, third] = ['const total = sum(items);', 'const rate = rateOf(items);', 'const all = rate;'];
    const moved: Source = { origin: 'external', via: 'move', evidence: 'observed' };
    const repo = await start(lines(first, second, third, '}', ''));
    const origins = [undefined, moved, moved, AI, undefined, undefined];
    await repo.save('shop.ts', lines(first, third, '}', 'go();', second, ''), origins);
    assert.equal((await commit(repo))[3], 'ai');
    repo.git('switch', '-q', 'main');
    repo.git('merge', '-q', 'work');
    repo.git('switch', '-q', 'work');
    repo.write('shop.ts', lines(first, 'go();', third, '}', 'changed();', ''));
    assert.equal((await commit(repo))[1], 'unknown');
  });
});

describe('of two lines that read the same', () => {
  it('a person has the one with the braces that stood beside it, after a commit elsewhere in the file', async () => {
    const [line, other] = ['const order = alpha(gamma);', 'const first = here(now);'];
    const repo = await start(lines(other, line, '}', ''));
    await repo.save('shop.ts', lines(other, line, '}', line, ''), [undefined, undefined, undefined, HUMAN, undefined]);
    assert.equal((await commit(repo))[3], 'human');
    repo.write('shop.ts', lines('changed(elsewhere);', line, '{', '}', line, ''));
    assert.deepEqual(await commit(repo), ['unknown', 'unknown', 'unknown', 'unknown', 'human', 'unknown']);
  });
});

describe('a line that an AI indented', () => {
  it('is no person’s either where nobody on record copied it', async () => {
    const [typed, other, made] = [
      'const rate = rateOf(items);',
      'const sum = sumOf(items);',
      'const all = byMachine();',
    ];
    const repo = await start(lines('const first = 1;', other, '}', ''));
    await repo.save('shop.ts', lines('const first = 1;', typed, other, made, '}', ''), [
      undefined,
      HUMAN,
      undefined,
      AI,
      undefined,
      undefined,
    ]);
    await commit(repo);
    const block = [`    ${typed}`, `    ${other}`];
    const origins = [undefined, AI, AI, AI, undefined, undefined];
    await repo.save('shop.ts', lines('const first = 1;', ...block, made, '}', ''), origins);
    repo.write('shop.ts', lines('const first = 1;', ...block, ...block, made, '}', ''));
    assert.deepEqual((await commit(repo)).slice(0, 6), ['unknown', 'unknown', 'unknown', 'ai', 'ai', 'ai']);
  });
});

describe('a line that is copied', () => {
  const line = 'const order = alpha(gamma);';

  it('by an AI, in front of the one that a person wrote, is the AI’s, whichever of the two git shows as new', async () => {
    const repo = await start(lines('// shop', '// end'));
    await repo.save('shop.ts', lines('// shop', line, '// end'), [undefined, HUMAN, undefined]);
    await commit(repo);
    await repo.save('shop.ts', lines('// shop', line, line, '// end'), [undefined, AI, HUMAN, undefined]);
    assert.deepEqual(await commit(repo), ['unknown', 'ai', 'human', 'unknown']);
  });

  it('with a short one beside it, in front of those that a person wrote, is the copier’s with it', async () => {
    const repo = await start(lines('// shop', '// end'));
    await repo.save('shop.ts', lines('// shop', line, 'go();', '// end'), [undefined, HUMAN, HUMAN, undefined]);
    await commit(repo);
    const origins = [undefined, PASTE, PASTE, HUMAN, HUMAN, undefined];
    await repo.save('shop.ts', lines('// shop', line, 'go();', line, 'go();', '// end'), origins);
    assert.deepEqual(await commit(repo), ['unknown', 'paste', 'paste', 'human', 'human', 'unknown']);
  });

  it('is the AI’s where it is too short to be told from others, in front of the one that a person wrote', async () => {
    const repo = await start(lines('// shop', ''));
    await repo.save('shop.ts', lines('// shop', '', 'go();'), [undefined, undefined, HUMAN]);
    await commit(repo);
    const origins = [undefined, AI, AI, undefined, HUMAN];
    await repo.save('shop.ts', lines('// shop', '', 'go();', '', 'go();'), origins);
    const told = await commit(repo);
    assert.deepEqual([told[2], told[4]], ['ai', 'human']);
  });

  it('by nobody on record after the last save does not become a person’s with the one that was there', async () => {
    const repo = await start(lines('first(one);', 'second(two);', '// end'));
    await repo.save('shop.ts', lines('first(one);', 'second(two);', line, '// end'), [
      undefined,
      undefined,
      HUMAN,
      undefined,
    ]);
    await commit(repo);
    await repo.save('shop.ts', lines('pasted(here);', 'second(two);', line, '// end'), [
      PASTE,
      undefined,
      HUMAN,
      undefined,
    ]);
    repo.write('shop.ts', lines('pasted(here);', 'second(two);', line, 'second(two);', line, '// end'));
    const told = await commit(repo);
    assert.equal(told.filter((origin) => origin === 'human').length, 1);
  });
});

describe('a file that was saved, changed by nobody on record and then renamed, all before the commit', () => {
  it('keeps the origins of the lines that are still there', async () => {
    const [typed, made, foreign] = [
      'const typed = byHand(items);',
      'const made = byMachine(items);',
      'const other = 1;',
    ];
    const repo = await start('// shop\n');
    await repo.save('shop.ts', lines('// shop', typed, made), [undefined, HUMAN, AI]);
    repo.write('shop.ts', lines('// shop', typed, foreign, made));
    repo.git('mv', 'shop.ts', 'store.ts');
    repo.git('add', '-A');
    await stageRecord(await repo.open(), { id: 'test', version: '1' });
    repo.git('commit', '-q', '-m', 'Move');
    const { lines: told } = await blameFile(await repo.open(), repo.top, 'store.ts', 'HEAD');
    assert.deepEqual(
      told.map(({ origin }) => origin),
      ['unknown', 'human', 'unknown', 'ai'],
    );
  });
});

describe('a revert that stops at a conflict', () => {
  it('keeps the record of the lines that were kept', async () => {
    const repo = await start(lines('// shop', '// end'));
    const [kept, gone] = ['const kept = byMachine(items);', 'const gone = byMachine(items);'];
    await repo.save('shop.ts', lines('// shop', kept, gone, '// end'), [undefined, AI, AI, undefined]);
    await commit(repo);
    const typed = 'const later = byHand(items);';
    await repo.save('shop.ts', lines('// shop', kept, gone, typed, '// end'), [undefined, AI, AI, HUMAN, undefined]);
    await commit(repo);
    assert.throws(() => repo.git('revert', '--no-edit', 'HEAD~1'));
    await repo.save('shop.ts', lines('// shop', kept, typed, '// end'), [undefined, AI, HUMAN, undefined]);
    assert.deepEqual(await commit(repo), ['unknown', 'ai', 'human', 'unknown']);
  });
});
