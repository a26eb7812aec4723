/** One seeded run: a fresh repository, a fresh workbench, its actions, its checkpoints. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makeRepository } from '../support/host/repository';
import { person, policyText } from '../support/repository';
import { startWorkbench } from '../ui/driver';
import type { Workbench } from '../ui/driver';
import type { Offers } from './actions/acceptances';
import { ACTIONS } from './actions/all';
import type { EventTally, Matrix, Mistake, Tally } from './compare';
import { Comparison, compareEvents } from './compare';
import { Observer } from './events';
import type { Caret, Runs } from './events';
import type { Kind } from './kinds';
import { deck } from './kinds';
import { GroundTruthError } from './cells';
import { Oracle } from './oracle';
import { between, randomFrom, wordsOf } from './random';
import type { Random } from './random';
import { Stage } from './stage';

export interface SessionOptions {
  readonly seed: number;
  readonly actions: number;
  /** Told how it goes; `isDetail` for what comes with each action. */
  readonly say: (line: string, isDetail: boolean) => void;
  /** Only these kinds, in this order, for whoever looks into one. */
  readonly kinds?: readonly Kind[];
}

/** An action that the window did not follow: a key that came too early on a busy machine, say. What was heard counts. */
export interface Abandoned {
  readonly seed: number;
  readonly action: number;
  readonly kind: Kind;
  readonly reason: string;
}

export interface SessionResult {
  readonly seed: number;
  readonly actions: number;
  readonly seconds: number;
  readonly characters: Tally;
  readonly kinds: Partial<Record<Kind, Tally>>;
  readonly matrix: Matrix;
  readonly neutral: { readonly characters: number; readonly called: Readonly<Record<string, number>> };
  readonly events: EventTally;
  readonly eventKinds: Partial<Record<Kind, EventTally>>;
  readonly eventMatrix: Matrix;
  readonly driven: Partial<Record<Kind, number>>;
  readonly mistakes: readonly Mistake[];
  readonly abandoned: readonly Abandoned[];
}

const FIXTURES = path.resolve(__dirname, '../fixtures');
/** Actions on one pair of files: files stay of a size that a person would have. */
const CHAPTER = 40;
/** Milliseconds that a busy machine may take to start an extension host. */
const START_LIMIT = 90_000;
/** A run in which more actions fail to play is no run. */
const MOST_ABANDONED = 10;

const SETTINGS = {
  'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
  'editor.suggestOnTriggerCharacters': false,
  'editor.wordBasedSuggestions': 'off',
  'editor.formatOnSave': true,
  'editor.inlineSuggest.keepOnBlur': true,
  'editor.detectIndentation': false,
  'editor.tabSize': 2,
  'editor.insertSpaces': true,
  'countersign.installHook': 'never',
  'files.autoSave': 'off',
};

function firstText(random: Random): string {
  const word = wordsOf(random);
  const body = Array.from({ length: 4 }, () => `  let ${word()} = ${word()}(${word()});`);
  return [`// ${word()} ${word()}`, `each (${word()}) {`, ...body, '}', '', `let ${word()} = ${word()};`, ''].join(
    '\n',
  );
}

export async function runSession({ seed, actions, say, kinds }: SessionOptions): Promise<SessionResult> {
  const began = Date.now();
  const random = randomFrom(seed);
  const chapters = Math.max(1, Math.ceil(actions / CHAPTER));
  const names = Array.from({ length: chapters }, (_, index) => [`cart${index + 1}.ledger`, `shop${index + 1}.ledger`]);
  const files = Object.fromEntries(names.flat().map((name) => [name, firstText(random)]));
  const policy = policyText([person('ana')]);
  const repository = makeRepository({ files: { ...files, '.countersign/policy.jsonc': policy } });
  repository.git('checkout', '--quiet', '-b', 'accuracy');
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-accuracy-'));
  const offers: Offers = {
    completions: path.join(scratch, 'completions.json'),
    nextEdits: path.join(scratch, 'edits.json'),
  };
  for (const file of [offers.completions, offers.nextEdits]) fs.writeFileSync(file, '{}');
  const log = process.env['COUNTERSIGN_ACCURACY_LOG'] ?? path.join(scratch, 'events.jsonl');
  const heard: { stage?: Stage } = {};
  const observer = new Observer((event) => heard.stage?.take(event), log);
  let workbench: Workbench | undefined;
  try {
    workbench = await startWorkbench({
      folder: repository.folder,
      assistant: true,
      extensions: ['observer', 'language', 'chat'].map((name) => path.join(FIXTURES, name)),
      settings: SETTINGS,
      env: {
        COUNTERSIGN_TEST_PUBLIC_API: '1',
        COUNTERSIGN_OBSERVER: observer.address,
        COUNTERSIGN_ASSISTANT_TABLE: offers.completions,
        COUNTERSIGN_NEXT_EDITS: offers.nextEdits,
      },
    });
    await observer.ready();
    await workbench.statusBarItem().waitFor({ timeout: START_LIMIT });
    if (!(await observer.ask<boolean>('follow'))) throw new Error('Countersign does not tell what edits became');
    const stage = new Stage(workbench, observer, random, wordsOf(random));
    heard.stage = stage;
    const comparison = new Comparison();
    const wanted = kinds ?? deck(random, actions);
    const driven: Partial<Record<Kind, number>> = {};
    const abandoned: Abandoned[] = [];
    let nextCheck = between(random, 6, 12);
    for (const [index, kind] of wanted.entries()) {
      if (index % CHAPTER === 0) {
        await checkpoint(stage, comparison, stage.files);
        stage.files = (names[index / CHAPTER] ?? []).map((name) => path.join(repository.folder, name));
        for (const file of stage.files) stage.oracles.set(file, new Oracle(fs.readFileSync(file, 'utf8')));
        for (const file of stage.files) await openFollowed(stage, file);
      }
      stage.action = index + 1;
      const since = Date.now();
      try {
        if (random() < 0.15) await stage.open(stage.files.find((file) => file !== stage.active) ?? stage.active);
        await ACTIONS[kind](stage, offers);
      } catch (error) {
        const explanation = await explained(stage, kind, error);
        if (error instanceof GroundTruthError) throw explanation;
        abandoned.push({ seed, action: stage.action, kind, reason: explanation.message });
        if (abandoned.length > MOST_ABANDONED) throw explanation;
        say(explanation.message, false);
        await recovered(stage, offers);
      }
      driven[kind] = (driven[kind] ?? 0) + 1;
      say(`${String(index + 1).padStart(4)} ${kind} (${Date.now() - since} ms)`, true);
      if ((index + 1) % CHAPTER === 0) say(`${index + 1} of ${wanted.length}`, false);
      if (--nextCheck > 0) continue;
      nextCheck = between(random, 6, 12);
      await checkpoint(stage, comparison, stage.files);
    }
    await checkpoint(stage, comparison, [...stage.oracles.keys()]);
    const { total, kinds: byKind, matrix } = comparison.tallies();
    const { total: events, kinds: eventKinds, matrix: eventMatrix } = compareEvents(stage.events);
    return {
      seed,
      actions: wanted.length,
      seconds: Math.round((Date.now() - began) / 1000),
      characters: total,
      kinds: byKind,
      matrix,
      neutral: comparison.neutral(),
      events,
      eventKinds,
      eventMatrix,
      driven,
      mistakes: comparison.mistakes,
      abandoned,
    };
  } finally {
    await workbench?.close();
    observer.close();
    repository.remove();
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

/** Opens a file and waits until Countersign follows it. */
async function openFollowed(stage: Stage, file: string): Promise<void> {
  await stage.open(file);
  for (let attempt = 0; attempt < 100; attempt++) {
    const { runs } = await stage.observer.ask<Runs>('runs', { uri: file });
    if (runs !== null) return;
  }
  throw new Error(`Countersign does not follow ${path.basename(file)}`);
}

/** Closes whatever may be open, so that the next action finds the editor as it expects it. */
async function recovered(stage: Stage, offers: Offers): Promise<void> {
  for (const file of [offers.completions, offers.nextEdits]) fs.writeFileSync(file, '{}');
  await stage.workbench.press('Escape', 'Escape', 'Escape');
  const front = await stage.observer.ask<{ uri: string; selections: readonly Caret[] } | null>('active');
  if (front !== null && stage.oracles.has(front.uri)) {
    stage.active = front.uri;
    stage.carets = front.selections;
  }
}

async function checkpoint(stage: Stage, comparison: Comparison, files: readonly string[]): Promise<void> {
  for (const file of files) {
    const { text, runs } = await stage.observer.ask<Runs>('runs', { uri: file });
    await stage.observer.drain();
    stage.check();
    const oracle = stage.oracleOf(file);
    if (text !== oracle.text) {
      throw new GroundTruthError(
        `${path.basename(file)} is not the text that was followed:\n${text ?? 'closed'}\n--- but\n${oracle.text}`,
      );
    }
    comparison.compare(file, oracle, runs ?? [], stage.events, stage.action);
  }
}

async function explained(stage: Stage, kind: Kind, error: unknown): Promise<Error> {
  const picture = await stage.workbench.screenshot(`accuracy-${stage.action}`);
  const last = stage.events.slice(-3).map(({ event, kind: what }) => `  ${what}: ${JSON.stringify(event)}`);
  const message = error instanceof Error ? error.message : String(error);
  return new Error(
    [`Action ${stage.action} (${kind}) in ${path.basename(stage.active)}: ${message}`, ...last, `  ${picture}`].join(
      '\n',
    ),
    { cause: error },
  );
}
