/** The words of the browser's tab: what matters first, since tabs are narrow. */
export type TitleState =
  | { readonly name: 'landing' | 'problem' }
  | { readonly name: 'before' | 'waiting' | 'after'; readonly room: string }
  | { readonly name: 'live'; readonly room: string; readonly isLive: boolean }
  | { readonly name: 'call'; readonly room: string; readonly count: number; readonly isInterrupted: boolean };

export function pageTitle(state: TitleState): string {
  return [...firstWords(state), 'Plenum'].join(' · ');
}

function firstWords(state: TitleState): string[] {
  switch (state.name) {
    case 'landing':
      return [];
    case 'problem':
      return ['Not possible'];
    case 'before':
      return [state.room, 'Ready to join'];
    case 'waiting':
      return ['Waiting to be let in', state.room];
    case 'call':
      return state.isInterrupted ? ['Reconnecting…', state.room] : [`(${state.count}) ${state.room}`];
    case 'live':
      return state.isLive ? ['Live', state.room] : [state.room, 'Broadcast'];
    case 'after':
      return ['Call ended', state.room];
  }
}
