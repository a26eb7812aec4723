/**
 * The attribution scenarios, through checkpoints and agents' hooks on real files: the origin of every line, live and after
 * the commit. Where a checkpoint sees less than an editor does, the answer is a stronger origin or `unknown` (`?`), and the
 * scenario says so.
 */
import assert from 'node:assert/strict';
import type { TestRepository } from '../../support/repository';
import { HUMAN, person as someone } from '../../support/repository';
import { Agent, commitAll, declare, freshRepository, letters, lines, person, tools } from './session';

interface Scenario {
  readonly name: string;
  readonly base?: Readonly<Record<string, string>>;
  readonly play: (repository: TestRepository, agent: Agent) => Promise<void>;
  /** Letters of every line by file. */
  readonly live: Readonly<Record<string, string>>;
  /** The same after the commit, where it differs: lines of the base are `?` in both. */
  readonly committed?: Readonly<Record<string, string>>;
}

const H3 = ['const first = openTheGate();', 'const second = countTheSheep();', 'const third = closeTheGate();'];
const [H0 = '', H1 = '', H2 = ''] = H3;
const A = ['const aiOne = generatedValue();', 'const aiTwo = generatedOther();'];
const [A0 = '', A1 = ''] = A;

const SCENARIOS: readonly Scenario[] = [
  {
    name: '1: a person begins, an AI adds two lines, the person goes on',
    play: async (repository, agent) => {
      await person(repository, 'a.py', lines('def hello():'));
      await agent.edit(
        'a.py',
        'def hello():\n',
        lines('def hello():', '    message = "generated"', '    print(message)'),
      );
      await person(
        repository,
        'a.py',
        `${repository.read('a.py')}${lines('', 'def other_function():', '    return 42')}`,
      );
    },
    live: { 'a.py': 'HAAHHH' },
  },
  {
    name: '2: four insertions in turn',
    play: async (repository, agent) => {
      await person(repository, 'a.js', lines(H0));
      await agent.edit('a.js', H0, `${H0}\n${A0}`);
      await person(repository, 'a.js', lines(H0, A0, H1));
      await agent.edit('a.js', H1, `${H1}\n${A1}`);
    },
    live: { 'a.js': 'HAHA' },
  },
  {
    name: '3: an AI appends to a last line without a newline',
    play: async (repository, agent) => {
      await person(repository, 'a.js', lines(...H3).trimEnd());
      await agent.edit('a.js', H2, lines(H2, ...A).trimEnd());
    },
    live: { 'a.js': 'HHHAA' },
  },
  {
    name: '3, as a whole-file Write',
    play: async (repository, agent) => {
      await person(repository, 'a.js', lines(...H3).trimEnd());
      await agent.write('a.js', lines(...H3, ...A).trimEnd());
    },
    live: { 'a.js': 'HHHAA' },
  },
  {
    name: '4: after a base line without newline an AI line, a human one, an AI line',
    play: async (repository, agent) => {
      await person(repository, 'a.js', H0);
      await agent.write('a.js', lines(H0, A0));
      await person(repository, 'a.js', lines(H0, A0, H1));
      await agent.write('a.js', lines(H0, A0, H1, A1));
    },
    live: { 'a.js': 'HAHA' },
  },
  {
    name: '5: a person rewrites an AI line. A checkpoint can’t tell wholly from in part: mixed, not human',
    play: async (repository, agent) => {
      await person(repository, 'a.js', lines(...H3));
      await agent.edit('a.js', H2, lines(H2, ...A).trimEnd());
      await person(repository, 'a.js', lines(...H3, 'let entirely = somethingElse();', A1));
    },
    live: { 'a.js': 'HHHMA' },
  },
  {
    name: '5: and changes one word of the other',
    play: async (repository, agent) => {
      await person(repository, 'a.js', lines(...H3));
      await agent.edit('a.js', H2, lines(H2, ...A).trimEnd());
      await person(repository, 'a.js', lines(...H3, A0.replace('aiOne', 'one'), A1));
    },
    live: { 'a.js': 'HHHMA' },
  },
  {
    name: '6: a person deletes two of six AI lines',
    play: async (repository, agent) => {
      const six = Array.from({ length: 6 }, (_, index) => `const generated${index} = compute(${index});`);
      await agent.write('a.js', lines(...six));
      await person(repository, 'a.js', lines(...six.slice(0, 2), ...six.slice(4)));
    },
    live: { 'a.js': 'AAAA' },
  },
  {
    name: '8: an AI-created file that a person retypes. A checkpoint can’t tell: mixed, not human',
    play: async (repository, agent) => {
      await agent.write('a.js', lines(...A));
      await person(repository, 'a.js', lines(H0, H1));
    },
    live: { 'a.js': 'MM' },
  },
  {
    name: '9: two rounds with a commit between',
    base: { 'a.js': '' },
    play: async (repository, agent) => {
      await person(repository, 'a.js', lines(...H3));
      const three = [...A, 'const aiThree = generatedThird();'];
      await agent.edit('a.js', H2, lines(...three, H2).trimEnd());
      await commitAll(repository);
      await person(
        repository,
        'a.js',
        lines(H0, H1, ...three, 'const fourth = typedLater();', 'const fifth = typedLaterToo();', H2),
      );
      await agent.edit('a.js', `${A1}\n`, '');
      await agent.edit('a.js', H2, lines('const newOne = another();', 'const newTwo = oneMore();', H2).trimEnd());
    },
    live: { 'a.js': 'HHAAHHAAH' },
  },
  {
    name: '10: two functions that end alike',
    play: async (repository, agent) => {
      const mine = lines('function mine(value) {', '  return value;', '}');
      await person(repository, 'a.js', mine);
      await agent.write('a.js', `${mine}${lines('function theirs(value) {', '  return value;', '}')}`);
    },
    live: { 'a.js': 'HHHAAA' },
  },
  {
    name: '11: an AI splits a human call over five lines, a person edits one',
    play: async (repository, agent) => {
      await person(repository, 'a.js', lines('call(foo, bar, baz)'));
      const split = ['call(', '  foo,', '  bar,', '  baz,', ')'];
      await agent.edit('a.js', 'call(foo, bar, baz)', split.join('\n'));
      await person(repository, 'a.js', lines('call(', '  foo,', '  barOfMine,', '  baz,', ')'));
    },
    live: { 'a.js': 'AAMAA' },
  },
  {
    name: '12: a formatter on record indents: AI stays AI, human stays human',
    play: async (repository, agent) => {
      await person(repository, 'a.js', lines(H0));
      await agent.edit('a.js', H0, `${H0}\n${A0}`);
      await declare(repository, { origin: 'external', via: 'disk' }, 'a.js');
      repository.write('a.js', lines(`  ${H0}`, `  ${A0}`));
      await declare(repository, { origin: 'tool', via: 'format' }, 'a.js');
    },
    live: { 'a.js': 'HA' },
  },
  {
    name: '12: a formatter on record reflows an AI statement over several lines',
    play: async (repository, agent) => {
      await agent.write('a.js', lines('callSomething(firstArgument, secondArgument)'));
      await declare(repository, { origin: 'external', via: 'disk' }, 'a.js');
      repository.write('a.js', lines('callSomething(', '  firstArgument,', '  secondArgument,', ')'));
      await declare(repository, { origin: 'tool', via: 'format' }, 'a.js');
    },
    live: { 'a.js': 'AAAA' },
  },
  {
    name: '13: an AI changes only indentation: those lines are its',
    play: async (repository, agent) => {
      await person(repository, 'a.js', lines(H0, H1));
      await agent.edit('a.js', H1, `    ${H1}`);
    },
    live: { 'a.js': 'HA' },
  },
  {
    name: '13: nobody on record changes indentation: kept in JavaScript, unknown in Python',
    play: async (repository) => {
      for (const path of ['a.js', 'a.py']) {
        await person(repository, path, lines(H0, H1));
        repository.write(path, lines(H0, `    ${H1}`));
      }
    },
    live: { 'a.js': 'HH', 'a.py': 'H?' },
  },
  {
    name: '14: CRLF changes nothing; with one edited line only that',
    play: async (repository, agent) => {
      await person(repository, 'a.js', lines(...H3));
      await agent.edit('a.js', H2, lines(H2, ...A).trimEnd());
      repository.write('a.js', repository.read('a.js').replaceAll('\n', '\r\n'));
      await person(repository, 'a.js', lines(...H3, A0, A1.replace('Other', 'Thing')));
    },
    live: { 'a.js': 'HHHAM' },
  },
  {
    name: '14: an agent’s edit in a file with CRLF claims its line alone',
    base: { 'a.js': lines(...H3).replaceAll('\n', '\r\n') },
    play: async (repository, agent) => {
      const call = await agent.begin('Edit', agent.editInput('a.js', `${H0}\n${H1}`, `${H0}\n${A0}\n${H1}`));
      repository.write('a.js', lines(H0, A0, H1, H2).replaceAll('\n', '\r\n'));
      await call.end();
    },
    live: { 'a.js': '?A??' },
  },
  {
    name: '15: an AI insertion that is taken back and put in again',
    play: async (repository, agent) => {
      await person(repository, 'a.js', lines(...H3));
      const before = repository.read('a.js');
      await agent.edit('a.js', H2, lines(H2, ...A).trimEnd());
      const after = repository.read('a.js');
      repository.write('a.js', before);
      assert.equal(await letters(repository, 'a.js'), 'HHH');
      repository.write('a.js', after);
    },
    live: { 'a.js': 'HHHAA' },
  },
  {
    name: '16: lines moved within the file, on record as a person’s: AI stays AI, human stays human',
    play: async (repository, agent) => {
      await person(repository, 'a.js', lines(...H3));
      await agent.edit('a.js', H2, lines(H2, ...A).trimEnd());
      await person(repository, 'a.js', lines(...A, ...H3));
    },
    live: { 'a.js': 'AAHHH' },
  },
  {
    name: '16: AI lines moved into another file, on record as a person’s. A checkpoint can’t tell that from typing: unknown',
    play: async (repository, agent) => {
      await agent.write('a.js', lines(...A, 'const aiThree = generatedThird();'));
      await person(repository, 'b.js', lines(H0, ...A));
      await person(repository, 'a.js', lines('const aiThree = generatedThird();'));
    },
    live: { 'a.js': 'A', 'b.js': 'H??' },
  },
  {
    name: '16: a paste from a browser, said to be one',
    play: async (repository) => {
      await person(repository, 'a.js', lines(H0));
      repository.write('a.js', lines(H0, 'const pasted = fromSomewhereElse();'));
      await declare(repository, { origin: 'external', via: 'paste' }, 'a.js');
    },
    live: { 'a.js': 'HX' },
  },
  {
    name: '17: a person’s line equal to one that the AI wrote elsewhere',
    play: async (repository, agent) => {
      await agent.write('a.go', lines('func generated() error {', '\tdoGeneratedThings()', '\treturn nil', '}'));
      await person(
        repository,
        'a.go',
        `${repository.read('a.go')}${lines('func byHand() error {', '\tdoMyOwnThings()', '\treturn nil', '}')}`,
      );
    },
    live: { 'a.go': 'AAAAHHHH' },
  },
  {
    name: '18: a rename on record as a tool’s. A checkpoint sees lines alone: human ones become tool, AI ones stay',
    play: async (repository, agent) => {
      await person(repository, 'a.js', lines(H0));
      await agent.edit('a.js', H0, `${H0}\n${A0}`);
      await declare(repository, { origin: 'external', via: 'disk' }, 'a.js');
      repository.write('a.js', lines(H0.replace('first', 'renamed'), A0.replace('aiOne', 'renamedToo')));
      await declare(repository, { origin: 'tool', via: 'refactor' }, 'a.js');
    },
    live: { 'a.js': 'TA' },
  },
  {
    name: '19: a person changes AI lines and human lines at once',
    play: async (repository, agent) => {
      await person(repository, 'a.js', lines(H0, H1));
      await agent.edit('a.js', H1, lines(H1, ...A).trimEnd());
      await person(repository, 'a.js', lines(...[H0, H1, ...A].map((line) => line.replace('const', 'let'))));
    },
    live: { 'a.js': 'HHMM' },
  },
  {
    name: '20: emoji, combining characters, CJK, tabs and a byte order mark',
    play: async (repository, agent) => {
      await person(repository, 'a.txt', `\ufeff${lines('Grüße aus Köln 👩‍👩‍👧', '\t漢字かな交じり文\t')}`);
      await agent.edit('a.txt', '\t漢字かな交じり文\t', '\t漢字かな交じり文\t\ne\u0301 ist nicht é 🎉🎉🎉');
    },
    live: { 'a.txt': 'HHA' },
  },
  {
    name: '20a: one word of a base line by a person, by an AI; an AI deletes a “!”; two lines joined',
    base: {
      'a.txt': lines(
        'The quick brown fox jumps!',
        'The lazy dog sleeps well!',
        'A cat looks on, amused!',
        'Over',
        'and out',
      ),
    },
    play: async (repository, agent) => {
      const base = repository.read('a.txt');
      await person(repository, 'a.txt', base.replace('brown', 'red').replace('Over\nand', 'Over and'));
      await agent.edit('a.txt', 'lazy dog', 'old dog');
      await agent.edit('a.txt', 'amused!', 'amused');
    },
    live: { 'a.txt': 'HAAH' },
  },
  {
    name: '20a: a person deletes half of a base line',
    base: { 'a.txt': lines('The quick brown fox jumps over the lazy dog!', 'Untouched neighbour') },
    play: (repository) => person(repository, 'a.txt', lines('The quick brown fox', 'Untouched neighbour')),
    live: { 'a.txt': 'H?' },
  },
  {
    name: '20a: an AI changes a base line, then a person does',
    base: { 'a.txt': lines('The quick brown fox jumps!', 'Untouched neighbour') },
    play: async (repository, agent) => {
      await agent.edit('a.txt', 'brown', 'red');
      await person(repository, 'a.txt', lines('The slow red fox jumps!', 'Untouched neighbour'));
    },
    live: { 'a.txt': 'M?' },
  },
  {
    name: '20b: AI text with one word by a person',
    play: async (repository, agent) => {
      await agent.write('a.js', lines(...A));
      await person(repository, 'a.js', lines(A0.replace('generatedValue', 'valueOfMine'), A1));
    },
    live: { 'a.js': 'MA' },
  },
  {
    name: '20c: sed puts a space into a dangerous place: unknown, not human',
    play: async (repository) => {
      await person(repository, 'a.sh', lines('rm -rf /usr/lib/x', H1));
      repository.write('a.sh', lines('rm -rf /usr /lib/x', H1));
    },
    live: { 'a.sh': '?H' },
  },
  {
    name: '20d: an old function cut out here and put in there, on record as a person’s',
    base: { 'a.js': lines(...H3, 'const fourth = stays();'), 'b.js': lines('const fifth = staysToo();') },
    play: async (repository) => {
      await person(repository, 'a.js', lines('const fourth = stays();'));
      await person(repository, 'b.js', lines('const fifth = staysToo();', ...H3));
    },
    live: { 'a.js': '?', 'b.js': '?HHH' },
  },
  {
    name: '22: stash, new branch, stash pop',
    base: { 'a.js': lines(H0) },
    play: async (repository, agent) => {
      await person(repository, 'a.js', lines(H0, H1));
      await agent.edit('a.js', H1, `${H1}\n${A0}`);
      repository.git('stash', '-q');
      repository.git('checkout', '-q', '-b', 'other');
      repository.git('stash', 'pop', '-q');
    },
    live: { 'a.js': '?HA' },
  },
  {
    name: '22: the same by an agent’s commands: what comes back keeps its origins',
    base: { 'a.js': lines(H0) },
    play: async (repository, agent) => {
      await person(repository, 'a.js', lines(H0, H1));
      await agent.edit('a.js', H1, `${H1}\n${A0}`);
      await agent.shell('git stash -q');
      await agent.shell('git checkout -q -b other && git stash pop -q');
    },
    live: { 'a.js': '?HA' },
  },
  {
    name: '27: sed while nobody looks: unknown, also when an agent comes by later',
    play: async (repository, agent) => {
      await person(repository, 'a.js', lines(H0, H1));
      repository.write('a.js', lines(H0, 'const somebody = changedThis();', H1));
      await agent.edit('a.js', H1, `${H1}\n${A0}`);
    },
    live: { 'a.js': 'H?HA' },
  },
  {
    name: '27: sed over what a person and an AI wrote',
    play: async (repository, agent) => {
      await person(repository, 'a.js', lines(H0, H1));
      await agent.edit('a.js', H1, `${H1}\n${A0}`);
      repository.write('a.js', repository.read('a.js').replaceAll('const', 'var'));
    },
    live: { 'a.js': '???' },
  },
  {
    name: '27: and the author says that it was some program',
    play: async (repository, agent) => {
      await person(repository, 'a.js', lines(H0, H1));
      await agent.edit('a.js', H1, `${H1}\n${A0}`);
      repository.write('a.js', `${repository.read('a.js')}${lines('const built = bySomeProgram();')}`);
      await declare(repository, { origin: 'external', via: 'disk' }, 'a.js');
    },
    live: { 'a.js': 'HHAX' },
  },
  {
    name: '29: the editor saves between the hooks: the agent’s lines are AI, what was typed before stays',
    play: async (repository, agent) => {
      await repository.save('a.js', lines(H0), [HUMAN]);
      const call = await agent.begin('Edit', agent.editInput('a.js', H0, `${H0}\n${A0}`));
      await repository.save('a.js', lines(H0, H1), [HUMAN, HUMAN]);
      agent.applyEdit('a.js', H0, `${H0}\n${A0}`);
      await call.end();
    },
    live: { 'a.js': 'HAH' },
  },
  {
    name: '29: and saves what the agent wrote, before the agent’s hook has spoken',
    play: async (repository, agent) => {
      await repository.save('a.js', lines(H0), [HUMAN]);
      const call = await agent.begin('Write', { file_path: 'a.js', content: lines(H0, A0) });
      repository.write('a.js', lines(H0, A0));
      const external = { origin: 'external', via: 'disk', evidence: 'observed' } as const;
      await repository.save('a.js', lines(H0, A0, H1), [HUMAN, external, HUMAN]);
      await call.end();
    },
    live: { 'a.js': 'HAH' },
  },
];

describe('attribution scenarios through checkpoints and hooks', () => {
  const bo = someone('bo');

  for (const { name, base = { 'readme.md': '' }, play, live, committed = live } of SCENARIOS) {
    it(name, async () => {
      const repository = freshRepository(bo, base);
      await play(repository, new Agent(repository));
      for (const [path, expected] of Object.entries(live))
        assert.equal(await letters(repository, path), expected, path);
      await commitAll(repository);
      for (const [path, expected] of Object.entries(committed)) {
        assert.equal(await letters(repository, path, 'HEAD'), expected, `${path} after the commit`);
      }
    });
  }

  it('7: a function that an AI deletes is a removal by it', async () => {
    const repository = freshRepository(bo, { 'a.js': lines(...H3, 'const last = stays();') });
    await new Agent(repository).edit('a.js', lines(H0, H1), '');
    const record = await commitAll(repository);
    assert.match(record, /removed/);
    assert.match(record, /claude-code/);
    assert.doesNotMatch(record, /"added"/);
  });

  it('20: 500,000 lines, and one line of 2 MB', async () => {
    const many = Array.from({ length: 500_000 }, (_, index) => `line ${index}`).join('\n');
    const long = 'x'.repeat(2_000_000);
    const repository = freshRepository(bo, { 'many.txt': `${many}\n`, 'long.txt': `${long}\n` });
    const agent = new Agent(repository);
    await agent.edit('many.txt', 'line 250000\n', 'line 250000\nput in by an agent\n');
    await agent.edit('long.txt', long, `${long}y`);
    const seen = await letters(repository, 'many.txt');
    assert.equal(seen.indexOf('A'), 250_001);
    assert.equal(seen.replaceAll('?', ''), 'A');
    assert.equal(await letters(repository, 'long.txt'), 'A');
  }).timeout(120_000);

  it('28: two agents at work on one file, each with its own window', async () => {
    const repository = freshRepository(bo, { 'a.js': lines(...H3) });
    const one = new Agent(repository, 's-1', 'claude-code');
    const two = new Agent(repository, 's-2', 'copilot');
    const brace = (name: string): string => `function ${name}(value) {\n  return value;\n}`;
    const first = await one.begin('Edit', one.editInput('a.js', H0, `${H0}\n${brace('one')}`));
    const second = await two.begin('Edit', two.editInput('a.js', H2, `${H2}\n${brace('two')}`));
    one.applyEdit('a.js', H0, `${H0}\n${brace('one')}`);
    two.applyEdit('a.js', H2, `${H2}\n${brace('two')}`);
    await second.end();
    await first.end();
    const wanted = [undefined, ...Array(3).fill('claude-code'), undefined, undefined, ...Array(3).fill('copilot')];
    assert.deepEqual(await tools(repository, 'a.js'), wanted);
    await commitAll(repository);
    assert.deepEqual(await tools(repository, 'a.js', 'HEAD'), wanted);
  });
});
