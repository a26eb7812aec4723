/** `settle`: internal; the post-commit hook runs it after `git commit PATH`. */
import { openRepository } from '../../node/repository';
import { settleRecords } from '../../node/settle';
import type { Command } from '../command';
import { jsonText } from '../reporters/problems';

export const settle: Command = {
  name: 'settle',
  summary: 'stage again what the last commit recorded and the index lacks (the post-commit hook does it)',
  usage: 'settle',
  example: 'countersign settle',
  options: {},
  run: async ({ io, cwd, json }) => {
    // As the hook was started: the work tree may have no git directory in it, and git alone says where that is.
    const repository = await openRepository(cwd, true);
    const paths = await settleRecords(repository);
    if (json) io.stdout(jsonText({ staged: paths }));
    return 0;
  },
};
