import https from 'node:https';

type HostKind = 'desktop' | 'npm';

type Choice = { readonly kind: HostKind; readonly reason: string };

const PROBE_LIMIT = 3000;

/**
 * Which VS Code runs the suite: the desktop build, where it can be downloaded and shown, else the workbench from npm.
 * `COUNTERSIGN_HOST=desktop|npm` decides without looking.
 */
export async function chooseHost(): Promise<Choice> {
  const wanted = process.env['COUNTERSIGN_HOST'];
  if (wanted === 'desktop' || wanted === 'npm') {
    return { kind: wanted, reason: `COUNTERSIGN_HOST=${wanted}` };
  }
  if (wanted !== undefined && wanted !== '') {
    throw new Error(`COUNTERSIGN_HOST: expected "desktop" or "npm", got "${wanted}".`);
  }
  if (!hasDisplay()) return { kind: 'npm', reason: 'no display for the desktop build' };
  if (!(await canDownload())) return { kind: 'npm', reason: 'the desktop build can’t be downloaded here' };
  return { kind: 'desktop', reason: 'the desktop build can be downloaded' };
}

export function hasDisplay(): boolean {
  const onLinux = process.platform !== 'win32' && process.platform !== 'darwin';
  return !onLinux || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
}

/** Asks the editor's own download service, shortly: an answer within three seconds means yes. */
function canDownload(): Promise<boolean> {
  return new Promise((resolve) => {
    const request = https.get('https://update.code.visualstudio.com/api/releases/stable', (response) => {
      response.resume();
      finish(response.statusCode === 200);
    });
    const timer = setTimeout(() => finish(false), PROBE_LIMIT);
    const finish = (answer: boolean): void => {
      clearTimeout(timer);
      request.destroy();
      resolve(answer);
    };
    request.once('error', () => finish(false));
  });
}
