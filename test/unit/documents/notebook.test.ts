import assert from 'node:assert/strict';
import { anything, array, assert as check, oneof, property, record, string, constantFrom } from 'fast-check';
import { contentLines } from '../../../src/core/text/lines';
import { notebookCells } from '../../../src/core/text/notebookLines';
import type { InitialLine } from '../../../src/core/tracking/initialText';
import type { LineState } from '../../../src/core/tracking/lineFold';
import { afterOutsideChange, afterSave, heardLate, linesOfCell } from '../../../src/editor/capture/notebookFile';
import type { CellState } from '../../../src/editor/capture/notebookFile';

const NEUTRAL: InitialLine = { kind: 'neutral' };

interface Cell {
  readonly source: string;
  readonly outputs?: readonly unknown[];
}

/** As the editor's serializer writes it. */
function write(cells: readonly Cell[], indent: string | number = 1): string {
  const json = cells.map(({ source, outputs = [] }, index) => ({
    cell_type: 'code',
    execution_count: null,
    id: String(index).padStart(8, '0'),
    metadata: {},
    outputs,
    source: source === '' ? [] : source.split(/(?<=\n)/),
  }));
  return `${JSON.stringify({ cells: json, metadata: {}, nbformat: 4, nbformat_minor: 5 }, undefined, indent)}\n`;
}

function known(text: string): { lines: string[]; known: InitialLine[] } {
  const lines = contentLines(text);
  return { lines, known: lines.map(() => NEUTRAL) };
}

function cell(text: string, states: Readonly<Record<number, LineState['origin']>> = {}): CellState {
  const list = Object.entries(states).map(([line, origin]): LineState => {
    const key = origin === 'mixed' ? 'ai' : origin;
    return { line: Number(line), counts: { [key]: 5 }, origin, via: 'other', evidence: 'observed' };
  });
  return { text, states: list };
}

/** The lines that are not neutral: origin and text. */
function told(lines: readonly string[], found: readonly InitialLine[]): string[] {
  return found.flatMap((line, index) => {
    const text = (lines[index] ?? '').trim();
    if (line.kind === 'neutral') return [];
    return [`${line.kind === 'claimed' ? line.source.origin : line.kind} ${text}`];
  });
}

describe('The lines of a notebook’s file', () => {
  it('are found for the lines of its cells, however it is indented', () => {
    for (const indent of [1, 2, 4, '\t']) {
      const lines = contentLines(write([{ source: 'a = "é"\nb\n' }, { source: '' }, { source: 'c' }], indent));
      const found = notebookCells(lines)?.map(({ source }) => source.map(({ text }) => text));
      assert.deepEqual(found, [['a = "é"', 'b'], [], ['c']]);
    }
  });

  it('take the origins of the cells’ lines, and the tool’s where only their form changed', () => {
    const before = known(write([{ source: 'one\ntwo' }]));
    const lines = contentLines(write([{ source: 'one\ntwo\nthree\nfour\nfive' }]));
    const after = afterSave(before, lines, [
      cell('one\ntwo\nthree\nfour\nfive', { 2: 'human', 3: 'ai', 4: 'unknown' }),
    ]);
    assert.deepEqual(told(lines, after), ['tool "two\\n",', 'human "three\\n",', 'ai "four\\n",', 'unknown "five"']);
  });

  it('say nothing of outputs, and take the frame of a new cell for the serializer’s', () => {
    const before = known(write([{ source: 'one' }]));
    const outputs = [{ name: 'stdout', output_type: 'stream', text: ['x = 1\n'] }];
    const lines = contentLines(write([{ source: 'one', outputs }, { source: 'typed' }]));
    const after = afterSave(before, lines, [cell('one'), cell('typed', { 0: 'human' })]);
    const found = told(lines, after);
    assert.ok(found.includes('human "typed"') && found.includes('tool "cell_type": "code",'));
    assert.ok(found.includes('unknown "x = 1\\n"') && found.includes('unknown "name": "stdout",'));
    assert.ok(!found.some((each) => each.startsWith('human') && !each.includes('typed')));
  });

  it('stay neutral or the tool’s when a cell moves, and are unknown when text was doubled', () => {
    const before = known(write([{ source: 'first\ncell' }, { source: 'second' }, { source: 'third' }]));
    const moved = contentLines(write([{ source: 'second' }, { source: 'first\ncell' }, { source: 'third' }]));
    const after = told(moved, afterSave(before, moved, [cell('second'), cell('first\ncell'), cell('third')]));
    assert.ok(after.length > 0 && after.every((line) => line.startsWith('tool')), after.join('\n'));
    const doubled = contentLines(write([{ source: 'third\nthird' }]));
    const twice = told(doubled, afterSave(known(write([{ source: 'third' }])), doubled, [cell('third\nthird')]));
    assert.ok(
      twice.some((line) => line.startsWith('unknown')),
      twice.join('\n'),
    );
  });

  it('have the origins that their cells know where equal lines came in', () => {
    const human: InitialLine = {
      kind: 'claimed',
      source: { origin: 'human', via: 'typing', evidence: 'observed' },
      counts: { human: 6 },
    };
    const text = write([{ source: 'send()\nlast' }]);
    const lines = contentLines(text);
    const neutral = known(text);
    const typed = { lines, known: lines.map((line) => (line.includes('send') ? human : NEUTRAL)) };
    const doubled = contentLines(write([{ source: 'send()\nsend()\nlast' }]));
    const first = afterSave(typed, doubled, [cell('send()\nsend()\nlast', { 0: 'ai', 1: 'human' })]);
    assert.deepEqual(told(doubled, first), ['ai "send()\\n",', 'human "send()\\n",']);
    const beside = afterSave(neutral, doubled, [cell('send()\nsend()\nlast', { 0: 'ai' })]);
    assert.deepEqual(told(doubled, beside), ['ai "send()\\n",']);
    const untold = afterSave(typed, lines, [cell('send()\nlast', { 0: 'unknown', 1: 'unknown' })]);
    assert.deepEqual(told(lines, untold), ['human "send()\\n",']);
  });

  it('say of a cell that came back unsaved only what it shares with the file, and stay in their places when heard late', () => {
    const human: InitialLine = {
      kind: 'claimed',
      source: { origin: 'human', via: 'typing', evidence: 'observed' },
      counts: { human: 3 },
    };
    const lines = contentLines(write([{ source: 'one\ntwo\n' }]));
    const [held] = notebookCells(lines) ?? [];
    assert.ok(held !== undefined);
    const all = lines.map(() => human);
    const kinds = (text: string): string[] => linesOfCell(held, all, text).map(({ kind }) => kind);
    assert.deepEqual(kinds('one\ntwo\n'), ['claimed', 'claimed', 'neutral']);
    assert.deepEqual(kinds('generated\none\ntwo'), ['unknown', 'claimed', 'claimed']);
    const now = contentLines(write([{ source: 'generated\none\ntwo\n' }]));
    const late = heardLate({ lines, known: all }, { lines: now, known: now.map(() => ({ kind: 'unknown' })) });
    const at = now.findIndex((line) => line.includes('generated'));
    assert.deepEqual([late[at]?.kind, late[at + 1]?.kind], ['unknown', 'claimed']);
  });

  it('keep what was known, and make nothing of cells that do not read as the file does', () => {
    const before = known(write([{ source: 'one\ntwo' }]));
    const text = write([{ source: 'one\ntwo\nthree' }]);
    const lines = contentLines(text);
    const wrong = afterSave(before, lines, [cell('one\ntwo\nother', { 2: 'human' })]);
    assert.deepEqual(told(lines, wrong), ['tool "two\\n",', 'unknown "three"']);
    const fewer = afterSave(before, lines, []);
    assert.deepEqual(told(lines, fewer), ['unknown "two\\n",', 'unknown "three"']);
  });

  it('come from outside when a program wrote them, and keep what was known beside', () => {
    const before = known(write([{ source: 'one\ntwo' }]));
    const lines = contentLines(write([{ source: 'one\n2' }]));
    const asked = { lines: lines.map((): InitialLine => ({ kind: 'unknown' })), committed: false };
    assert.deepEqual(told(lines, afterOutsideChange(before, asked, lines)), ['external "2"']);
  });

  it('are found or not found for any JSON and any text, and never with a line of another text', () => {
    const line = oneof(
      string(),
      constantFrom('{', ' "cells": [', '  {', '   "source": [', '    "a\\n",', '   ]', '  }', ' ],'),
    );
    check(
      property(array(line), (lines) => {
        const cells = notebookCells(['{', ' "cells": [', ...lines]) ?? [];
        for (const { start, end, source } of cells) {
          assert.ok(source.every(({ line: at }) => start < at && at < end));
        }
      }),
    );
    check(
      property(array(record({ source: string(), outputs: array(anything()) })), (cells) => {
        const json = cells.map(({ source, outputs }) => ({ source: source.replaceAll('\r', ''), outputs }));
        const found = notebookCells(contentLines(write(json)));
        if (json.length === 0) return;
        assert.equal(found?.length, json.length);
        for (const [index, { source }] of json.entries()) {
          const ofCell = source.endsWith('\n') ? source.slice(0, -1) : source;
          assert.equal((found[index]?.source ?? []).map(({ text }) => text).join('\n'), source === '' ? '' : ofCell);
        }
      }),
    );
  });
});
