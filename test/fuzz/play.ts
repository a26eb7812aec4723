/** Plays actions on a world, tells the oracle of each edit, and compares every line of every clone's HEAD after each. */
import { between, pick, randomFrom } from '../accuracy/random';
import type { Random } from '../accuracy/random';
import type { Action } from './actions';
import { actionsOf } from './actions';
import type { Fault, Tally } from './compare';
import { compareFile, emptyTally } from './compare';
import { Editor, newlineOf } from './editor';
import type { ActorName, DocumentLine } from './editor';
import type { Surroundings } from './edits';
import { edited, newText, solved, writtenLine } from './edits';
import { Oracle, linesOf } from './oracle';
import type { Clone, Outcome } from './world';

export interface World {
  /** Those with Countersign first; the last one has none, as a forge has none. */
  readonly clones: readonly Clone[];
  close(): void;
}

/** Makes a world in which these files stand on `main` everywhere. */
export type MakeWorld = (files: ReadonlyMap<string, string>) => World;

export interface Played {
  readonly faults: readonly Fault[];
  readonly tally: Tally;
  readonly actions: readonly Action[];
  /** What came of each action, for whoever looks into a fault. */
  readonly story: readonly string[];
}

/** Plays the sequence of a seed. */
export function playSeed(make: MakeWorld, seed: number, steps: number): Promise<Played> {
  return play(make, actionsOf(seed, steps));
}

export async function play(make: MakeWorld, actions: readonly Action[]): Promise<Played> {
  const start = firstFiles();
  const world = make(start);
  try {
    return await new Game(world, start).play(actions);
  } finally {
    world.close();
  }
}

/** The files that everything starts from: nobody recorded anything about them. */
function firstFiles(): ReadonlyMap<string, string> {
  let id = 0;
  const random = randomFrom(4);
  const mark = (): number => ++id;
  const body = (functions: number): string =>
    Array.from({ length: functions }, () =>
      [newText({ random, mark }), `  ${newText({ random, mark })}`, `  ${newText({ random, mark })}`, '}', ''].join(
        '\n',
      ),
    ).join('\n');
  return new Map([
    ['src/a.ts', `${body(2)}\n`],
    ['src/b.py', `${body(2)}\n`],
    ['lib/c.ts', `${body(1)}\n`],
  ]);
}

const ACTORS: readonly ActorName[] = [
  'human',
  'human',
  'human',
  'human',
  'completion',
  'completion',
  'agent',
  'tool',
  'paste',
  'external',
  'unseen',
];

class Game {
  private readonly oracle = new Oracle();
  private readonly editors: ReadonlyMap<Clone, Editor>;
  private readonly base: Set<string>;
  private marks = 100;
  private names = 0;
  private readonly seen = new Map<Clone, string>();
  private readonly faults: Fault[] = [];
  private readonly tally: Tally = emptyTally();
  private readonly story: string[] = [];

  private readonly world: World;

  constructor(world: World, start: ReadonlyMap<string, string>) {
    this.world = world;
    this.editors = new Map(world.clones.map((clone) => [clone, new Editor(clone, this.oracle)]));
    const lines = [...start.values()].map(linesOf);
    for (const each of lines) this.oracle.start(each);
    this.base = new Set(lines.flat().map((line) => line.trim()));
  }

  async play(actions: readonly Action[]): Promise<Played> {
    for (const action of actions) {
      const random = randomFrom(action.seed);
      const own = this.world.clones.filter((clone) => clone.records);
      const clone = pick(random, own);
      let said: string;
      try {
        said = await this.act(action, clone, random);
      } catch (error) {
        const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
        this.faults.push({ kind: 'error', detail });
        said = 'error';
      }
      this.story.push(`${action.kind} ${clone.name}: ${said}`);
      if (this.faults.length === 0) await this.compare();
      if (this.faults.length > 0) break;
    }
    return { faults: this.faults, tally: this.tally, actions, story: this.story };
  }

  private async compare(): Promise<void> {
    for (const clone of this.world.clones) {
      if (this.seen.get(clone) === clone.head()) continue;
      this.seen.set(clone, clone.head());
      for (const file of await clone.blame()) compareFile(this.oracle, clone.name, file, this.tally, this.faults);
    }
  }

  private async act({ kind }: Action, clone: Clone, random: Random): Promise<string> {
    switch (kind) {
      case 'edit':
        return this.edit(clone, random);
      case 'commit':
        return said(await clone.git({ kind: 'commit' }));
      case 'commitOnly': {
        const path = pickPath(clone, random);
        return path === undefined ? 'nothing' : said(await clone.git({ kind: 'commit', only: path }));
      }
      case 'amend':
        return said(await clone.git({ kind: 'commit', amend: true }));
      case 'fixup':
        return said(await clone.git({ kind: 'commit', message: 'fixup! ' }));
      case 'branch':
        await this.settle(clone, random);
        return said(await clone.git({ kind: 'branch', name: `b${++this.names}` }));
      case 'switch':
        await this.settle(clone, random);
        return this.going(
          clone,
          random,
          await clone.git({ kind: 'switch', name: pick(random, [...clone.branches(), ...clone.remotes()]) }),
        );
      case 'merge':
        await this.settle(clone, random);
        return this.going(clone, random, await clone.git({ kind: 'merge', from: this.other(clone, random) }));
      case 'squash':
        await this.settle(clone, random);
        return this.going(clone, random, await clone.git({ kind: 'squash', from: this.other(clone, random) }));
      case 'forge':
        return this.forge(random);
      case 'rebase':
        await this.settle(clone, random);
        return this.going(
          clone,
          random,
          await clone.git({ kind: 'rebase', onto: this.other(clone, random), autosquash: random() < 0.5 }),
        );
      case 'pick':
        await this.settle(clone, random);
        return this.going(
          clone,
          random,
          await clone.git({ kind: 'pick', from: this.other(clone, random), back: between(random, 0, 2) }),
        );
      case 'revert':
        await this.settle(clone, random);
        return this.going(clone, random, await clone.git({ kind: 'revert', back: between(random, 0, 2) }));
      case 'stash':
        return said(await clone.git({ kind: 'stash' }));
      case 'pop':
        return this.going(clone, random, await clone.git({ kind: 'pop' }));
      case 'reset': {
        const mode = pick(random, ['soft', 'mixed', 'hard'] as const);
        const to = random() < 0.7 ? 'HEAD~1' : this.other(clone, random);
        return said(await clone.git({ kind: 'reset', mode, to: mode === 'hard' ? to : 'HEAD~1' }));
      }
      case 'renameFile': {
        const path = pickPath(clone, random);
        if (path === undefined) return 'nothing';
        const to = path.replace(
          /([a-z]+)\d*\.(\w+)$/,
          (_, name: string, kind: string) => `${name}${++this.names}.${kind}`,
        );
        clone.move(path, to);
        return `${path} to ${to}`;
      }
      case 'renameFolder':
        return this.renameFolder(clone, random);
      case 'newline': {
        const path = pickPath(clone, random);
        if (path === undefined) return 'nothing';
        const editor = this.editorOf(clone);
        const newline = newlineOf(clone.read(path)) === '\n' ? '\r\n' : '\n';
        if (random() < 0.5) editor.save(path, editor.open(path), newline);
        else editor.writeUnseen(path, editor.open(path), newline);
        return path;
      }
      case 'fetch':
        return said(await clone.git({ kind: 'fetch' }));
      case 'push':
        return this.push(clone);
      case 'prune':
        return this.prune();
    }
  }

  /** What landed on main was accepted: from then on it is as neutral as what stood there at the start. */
  private async push(clone: Clone): Promise<string> {
    const outcome = await clone.git({ kind: 'push' });
    if (outcome.kind === 'done' && clone.branch() === 'main') {
      const lines = clone.committed().flatMap(linesOf);
      this.oracle.land(lines);
      for (const line of lines) this.base.add(line.trim());
    }
    return said(outcome);
  }

  private editorOf(clone: Clone): Editor {
    const editor = this.editors.get(clone);
    if (editor === undefined) throw new Error('A clone without an editor');
    return editor;
  }

  private edit(clone: Clone, random: Random): string {
    const path = pickPath(clone, random);
    if (path === undefined) return 'nothing';
    const done: string[] = [];
    for (let count = between(random, 1, 3); count > 0; count--) {
      const actor = pick(random, ACTORS);
      const editor = this.editorOf(clone);
      const lines = edited(editor.open(path), actor, this.surroundings(path, random));
      if (lines === undefined) continue;
      if (actor === 'unseen') editor.writeUnseen(path, lines);
      else editor.save(path, lines);
      done.push(actor);
    }
    return `${path} by ${done.join(', ')}`;
  }

  private surroundings(path: string, random: Random): Surroundings {
    return {
      random,
      mark: () => ++this.marks,
      twin: (text, truths) => this.oracle.twin(text, truths),
      passed: (text, movers) => this.oracle.passed(text, movers),
      base: this.base,
      indentIsSyntax: path.endsWith('.py'),
    };
  }

  /** Puts the work tree in order before an operation that needs it so. */
  private async settle(clone: Clone, random: Random): Promise<void> {
    if (!clone.isDirty()) return;
    if (random() < 0.6) await clone.git({ kind: 'commit' });
    if (clone.isDirty()) await clone.git({ kind: 'stash' });
  }

  private other(clone: Clone, random: Random): string {
    const all = [...clone.branches(), ...clone.remotes(), 'origin/main'].filter((name) => name !== clone.branch());
    return pick(random, all);
  }

  /** Solves conflicts until git is through. */
  private async going(clone: Clone, random: Random, first: Outcome): Promise<string> {
    let outcome = first;
    let rounds = 0;
    for (; outcome.kind === 'conflict'; rounds++) {
      const own = outcome.paths.filter((path) => path.startsWith('.countersign/'));
      if (own.length > 0) {
        this.faults.push({ kind: 'conflict', detail: `in ${own.join(', ')}` });
        return 'a conflict in the sidecar';
      }
      if (rounds > 12 || !clone.records) {
        await clone.git({ kind: 'abort' });
        return 'given up';
      }
      for (const path of outcome.paths) this.solve(clone, path, random);
      outcome = await clone.git({ kind: 'continue' });
    }
    return rounds === 0 ? outcome.kind : `${outcome.kind} after ${rounds} conflicts`;
  }

  private solve(clone: Clone, path: string, random: Random): void {
    if (!clone.paths().includes(path)) return;
    const text = clone.read(path);
    if (!/^<{7} /m.test(text)) return;
    const result = solved(text, random, () => newText({ random, mark: () => ++this.marks }, 1));
    const editor = this.editorOf(clone);
    const isRecorded = clone.hookRuns();
    const lines = editor.take(result.lines).map((line): DocumentLine => {
      if (!result.typed.has(line.text)) return line;
      const typed = writtenLine(line.text, 'human');
      // Where git runs no hook, the claim waits for the next commit.
      return isRecorded ? typed : { ...typed, truth: ['human', 'unknown'] };
    });
    editor.save(path, lines, newlineOf(text));
  }

  /** The forge merges or squashes a branch into main, without Countersign. */
  private async forge(random: Random): Promise<string> {
    const forge = this.world.clones.find((clone) => !clone.records);
    if (forge === undefined) return 'nothing';
    await forge.git({ kind: 'fetch' });
    const branches = forge.remotes().filter((name) => name !== 'origin/main');
    if (branches.length === 0) return 'nothing';
    await forge.git({ kind: 'switch', name: 'main' });
    await forge.git({ kind: 'reset', mode: 'hard', to: 'origin/main' });
    const from = pick(random, branches);
    const outcome = await this.going(
      forge,
      random,
      await forge.git({ kind: random() < 0.6 ? 'squash' : 'merge', from }),
    );
    return `${from}: ${outcome}, ${await this.push(forge)}`;
  }

  private renameFolder(clone: Clone, random: Random): string {
    const folders = [...new Set(clone.paths().map((path) => path.split('/')[0] ?? ''))];
    if (folders.length === 0) return 'nothing';
    const folder = pick(random, folders);
    const to = `${folder.replace(/\d+$/, '')}${++this.names}`;
    for (const path of clone.paths()) {
      if (path.startsWith(`${folder}/`)) clone.move(path, to + path.slice(folder.length));
    }
    return `${folder} to ${to}`;
  }

  /** Prunes on the default branch, as it stands in the bare repository. */
  private async prune(): Promise<string> {
    const forge = this.world.clones.find((clone) => !clone.records);
    if (forge === undefined) return 'nothing';
    await forge.git({ kind: 'fetch' });
    await forge.git({ kind: 'switch', name: 'main' });
    await forge.git({ kind: 'reset', mode: 'hard', to: 'origin/main' });
    const outcome = await forge.git({ kind: 'prune' });
    if (outcome.kind === 'done') this.oracle.forget();
    await forge.git({ kind: 'push' });
    return said(outcome);
  }
}

function said(outcome: Outcome): string {
  return outcome.kind;
}

function pickPath(clone: Clone, random: Random): string | undefined {
  const paths = clone.paths();
  return paths.length === 0 ? undefined : pick(random, paths);
}
