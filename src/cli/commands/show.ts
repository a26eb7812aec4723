/** `show`: what one file of the sidecar says. */
import type { ExitCode } from '../../core/model/problem';
import { openRepository } from '../../node/repository';
import { findSidecarFile } from '../../node/sidecarFile';
import type { Command, Invocation } from '../command';
import { textOption } from '../command';
import { palette } from '../reporters/colour';
import { jsonText } from '../reporters/problems';
import { sidecarJson, sidecarText } from '../reporters/sidecar';

export const show: Command = {
  name: 'show',
  summary: 'what a record, a request or a sign-off says',
  usage: 'show RECORD [--rev REV]',
  example: 'countersign show 4557722859ab   # a digest or its head, or the path of the file',
  options: {
    rev: { type: 'string', value: 'REV', about: 'look in a revision; by default the work tree, then the history' },
  },
  positionals: { least: 1, most: 1, name: 'a record: its path, its digest, or the head of its digest' },
  run: runShow,
};

async function runShow({ io, cwd, json, values, positionals }: Invocation): Promise<ExitCode> {
  const repository = await openRepository(cwd);
  const { file, at } = await findSidecarFile(repository, cwd, positionals[0] ?? '', textOption(values, 'rev'));
  io.stdout(json ? jsonText({ ...sidecarJson(file), at }) : sidecarText(file, at, palette(io.colour)));
  return 0;
}
