// Builds the sample repository of `npm start` by the means a team has: git, ssh-keygen and the command line.
require('tsx/cjs');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { editFiles } = require('./sample/editing.js');
const { GUIDE } = require('./sample/guide.js');
const { BRANCH, COMPLETIONS, HISTORY } = require('./sample/shop.js');

const CLI = path.resolve(__dirname, '../dist/cli.js');
const PEOPLE = {
  ana: { name: 'Ana', email: 'ana@example.com' },
  bo: { name: 'Bo', email: 'bo@example.com' },
};
const SECONDS_PER_DAY = 24 * 60 * 60;

/**
 * Makes the sample below `dir`, an empty folder: a bare repository `shop.git`, and a clone of it for each person with
 * an identity and a throw-away key of their own. `cli` is the built command line. Gives the windows to open, the first
 * one first, with the variables and settings that a workbench on them needs, and the first thing to do there.
 */
async function createSample(dir, cli = CLI) {
  const origin = path.join(dir, 'shop.git');
  const folders = { ana: path.join(dir, 'shop-ana'), bo: path.join(dir, 'shop-bo') };
  const keys = { ana: makeKey(dir, 'ana'), bo: makeKey(dir, 'bo') };
  const ana = worker(folders.ana, 'ana', cli);
  const bo = worker(folders.bo, 'bo', cli);

  run(dir, 'git', ['init', '--quiet', '--bare', '--initial-branch=main', origin]);
  run(dir, 'git', ['init', '--quiet', '--initial-branch=main', folders.ana]);
  ana.git('remote', 'add', 'origin', origin);
  configure(ana, 'ana', keys.ana);
  for (const { who, daysAgo, message, files } of HISTORY) {
    for (const [file, text] of Object.entries(files)) ana.write(file, text);
    ana.git('add', '--all');
    ana.commit(message, daysAgo, who);
  }
  ana.countersign('init', '--owner', PEOPLE.ana.email, '--key', `${keys.ana}.pub`, '--enforce');
  ana.write('README.md', GUIDE);
  ana.git('add', '--all');
  ana.commit('Adopt Countersign', 6);
  ana.git('push', '--quiet', '--set-upstream', 'origin', 'main');
  ana.git('remote', 'set-head', 'origin', 'main');

  run(dir, 'git', ['clone', '--quiet', origin, folders.bo]);
  configure(bo, 'bo', keys.bo);
  bo.countersign('init');
  bo.git('switch', '--quiet', '--create', 'discounts');
  for (const { message, daysAgo, edits } of BRANCH) {
    editFiles(folders.bo, edits);
    bo.git('add', '--all');
    bo.commit(message, daysAgo);
  }
  bo.countersign('request', '--to', 'ana', '--note', 'Discounts for the summer. The retry is from the agent.');
  bo.git('push', '--quiet', '--set-upstream', 'origin', 'discounts');

  ana.git('fetch', '--quiet');
  ana.git('switch', '--quiet', 'discounts');

  const completions = path.join(dir, 'completions.json');
  fs.writeFileSync(completions, JSON.stringify(COMPLETIONS, undefined, 2));
  const bin = commandOnPath(dir, cli);
  return {
    windows: [
      { who: 'Ana, a senior', folder: folders.ana },
      { who: 'Bo, who works with an assistant', folder: folders.bo },
    ],
    env: { COUNTERSIGN_ASSISTANT_TABLE: completions, PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}` },
    settings: {
      'workbench.startupEditor': 'readme',
      'git.enableSmartCommit': true,
      'git.confirmSync': false,
      // What the other person pushed shows without being asked for.
      'git.autofetch': true,
      'git.autofetchPeriod': 20,
      'typescript.disableAutomaticTypeAcquisition': true,
    },
    first: "In Ana's window, click the Countersign icon at the left edge: four blocks wait for her.",
  };
}

/** A key without a passphrase, made for this sample and removed with it. */
function makeKey(dir, who) {
  const key = path.join(dir, 'keys', who);
  fs.mkdirSync(path.dirname(key), { recursive: true });
  run(dir, 'ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', PEOPLE[who].email, '-f', key]);
  return key;
}

/** Whoever works in a clone: git, files and the command line there. */
function worker(folder, who, cli) {
  return {
    git: (...args) => run(folder, 'git', args),
    countersign: (...args) => run(folder, process.execPath, [cli, ...args]),
    write: (file, text) => {
      fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      fs.writeFileSync(path.join(folder, file), text);
    },
    commit: (message, daysAgo, author = who) => {
      const { name, email } = PEOPLE[author];
      const date = `${Math.floor(Date.now() / 1000) - daysAgo * SECONDS_PER_DAY} +0000`;
      run(folder, 'git', ['commit', '--quiet', `--message=${message}`], {
        GIT_AUTHOR_NAME: name,
        GIT_AUTHOR_EMAIL: email,
        GIT_AUTHOR_DATE: date,
        GIT_COMMITTER_NAME: name,
        GIT_COMMITTER_EMAIL: email,
        GIT_COMMITTER_DATE: date,
      });
    },
  };
}

/** The person's identity and key, and whatever keeps the machine's own git settings out of the sample. */
function configure({ git }, who, key) {
  const { name, email } = PEOPLE[who];
  const settings = {
    'user.name': name,
    'user.email': email,
    'gpg.format': 'ssh',
    'user.signingkey': `${key}.pub`,
    'commit.gpgsign': 'false',
    'core.hooksPath': '.git/hooks',
    'core.autocrlf': 'false',
    'core.commentChar': '#',
    'push.default': 'simple',
    'pull.rebase': 'true',
  };
  for (const [setting, value] of Object.entries(settings)) git('config', setting, value);
}

/** A folder with a `countersign` command in it, for the workbench's terminal. */
function commandOnPath(dir, cli) {
  const bin = path.join(dir, 'bin');
  fs.mkdirSync(bin);
  fs.writeFileSync(path.join(bin, 'countersign'), `#!/bin/sh\nexec '${process.execPath}' '${cli}' "$@"\n`, {
    mode: 0o755,
  });
  fs.writeFileSync(path.join(bin, 'countersign.cmd'), `@"${process.execPath}" "${cli}" %*\r\n`);
  return bin;
}

function run(cwd, command, args, more = {}) {
  const clean = Object.entries(process.env).filter(([name]) => !/^(GIT_|SSH_AUTH_SOCK$|SSH_ASKPASS)/.test(name));
  const env = {
    ...Object.fromEntries(clean),
    GIT_CONFIG_GLOBAL: os.devNull,
    GIT_CONFIG_NOSYSTEM: '1',
    ...more,
  };
  try {
    return execFileSync(command, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const message =
      error.code === 'ENOENT'
        ? `The sample needs ${command}, which could not be run.`
        : `The sample could not be built: ${command} ${args.join(' ')}\n${error.stdout}${error.stderr}`;
    throw new Error(message, { cause: error });
  }
}

module.exports = { createSample };
