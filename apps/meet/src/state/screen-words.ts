/** Why a screen could not be shared: what happened, and what to do. */
import type { ErrorCode } from '@plenum/client';

export const screenFailure = 'Your screen could not be shared';

export function screenFailureText(code: ErrorCode): string {
  switch (code) {
    case 'permission-denied':
      return 'Your system does not let the browser record the screen. Allow it in the system’s settings, then try again.';
    case 'device-in-use':
      return 'What you chose could not be captured. Choose another window or screen.';
    case 'device-not-found':
      return 'This browser cannot share a screen.';
    case 'insecure-page':
      return 'Browsers allow it only on pages that begin with https:// – ask for such a link.';
    default:
      return 'Try again, or choose another window or screen.';
  }
}
