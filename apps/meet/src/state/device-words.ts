/** What is wrong with camera or microphone, in words: what happened, what still works, what to do. */
import type { BrowserFamily } from './browser-family.ts';
import type { Failure } from './error-words.ts';

export type DeviceKind = 'camera' | 'microphone';

export interface DeviceProblem {
  /** Which of them it is about; both where one cause holds both. */
  readonly kinds: readonly DeviceKind[];
  readonly title: string;
  readonly text: string;
  readonly canRetry: boolean;
  readonly failure: Failure;
}

type Failures = Readonly<Partial<Record<DeviceKind, Failure>>>;

/** At most one problem for each device; one for both where they share the cause. */
export function deviceProblems(failures: Failures, browser: BrowserFamily): readonly DeviceProblem[] {
  const { camera, microphone } = failures;
  if (camera !== undefined && microphone !== undefined && camera.code === microphone.code) {
    return [describe(['camera', 'microphone'], camera, browser)];
  }
  return [
    ...(microphone === undefined ? [] : [describe(['microphone'], microphone, browser)]),
    ...(camera === undefined ? [] : [describe(['camera'], camera, browser)]),
  ];
}

function describe(kinds: readonly DeviceKind[], failure: Failure, browser: BrowserFamily): DeviceProblem {
  const about = aboutOf(kinds);
  const said = sentences(about, failure, browser);
  return { kinds, failure, canRetry: failure.code !== 'insecure-page', ...said };
}

interface About {
  readonly things: string;
  readonly isMany: boolean;
  /** What works all the same. */
  readonly remains: string;
}

function aboutOf(kinds: readonly DeviceKind[]): About {
  if (kinds.length > 1) {
    return {
      things: 'camera and microphone',
      isMany: true,
      remains: 'You can join to see and hear the others.',
    };
  }
  return kinds[0] === 'camera'
    ? { things: 'camera', isMany: false, remains: 'You can take part with your voice.' }
    : { things: 'microphone', isMany: false, remains: 'You can still see and hear the others.' };
}

function sentences(about: About, failure: Failure, browser: BrowserFamily): { title: string; text: string } {
  const { things, isMany, remains } = about;
  switch (failure.code) {
    case 'permission-denied':
      return {
        title: `The browser may not use your ${things}`,
        text: `${remains} ${permissionHint(things, browser)}`,
      };
    case 'device-in-use':
      return {
        title: `Another program uses your ${things}`,
        text: `${remains} Close ${isMany ? 'them' : 'it'} in the other program, then try again.`,
      };
    case 'device-not-found':
      return {
        title: `No ${things.replace(' and ', ' or ')} found`,
        text: `${remains} Plug one in, then try again.`,
      };
    case 'insecure-page':
      return {
        title: `This page cannot use your ${things}`,
        text: `${remains} Browsers allow it only on pages that begin with https:// – ask for such a link.`,
      };
    default:
      return { title: `Your ${things} did not start`, text: `${remains} ${failure.message}` };
  }
}

function permissionHint(things: string, browser: BrowserFamily): string {
  switch (browser) {
    case 'chrome':
    case 'edge':
      return `To allow it, click the symbol to the left of the page’s address, switch ${things} on, then try again.`;
    case 'chrome-android':
      return `To allow it, tap the symbol to the left of the address, then Permissions, allow ${things}, and try again.`;
    case 'firefox':
      return `To allow it, click the crossed-out symbol to the left of the address, remove the block, then try again.`;
    case 'safari':
      return `To allow it, choose Safari > Settings for This Website in the menu, allow ${things}, then try again.`;
    case 'ios':
      return `To allow it, tap the symbol beside the address, then Website Settings, allow ${things}, and reload.`;
    case 'other':
      return `Allow ${things} for this page in the browser’s settings, then try again.`;
  }
}
