/**
 * A page that invites others by their user URLs and by guest links, and that can be invited itself. Nobody is seen or
 * heard here; examples/join-a-room shows that. `?server=` names the server where it is not the page's own, `#token=` brings
 * an access token.
 */
import { ConferenceClient, type Invitation, type Room } from '@plenum/client';

const query = new URLSearchParams(location.search);
const client = new ConferenceClient({
  serverUrl: query.get('server') ?? location.origin,
  accessToken: new URLSearchParams(location.hash.slice(1)).get('token') ?? undefined,
});
const inviting = find<HTMLFieldSetElement>('#inviting');
const form = find<HTMLFormElement>('#join');
let room: Room | undefined;

// From the first listener on others find this page by its user URL.
client.addListener(showInvitation);
client.userUrl.subscribe((url) => find('#me').replaceChildren(url ?? '…'));
client.onNewParticipant(({ name }) => tell(`${name} came`));
client.onParticipantLeft(({ name }) => tell(`${name} left`));

/** One goes with its answer. A minute without any tells the inviter that nobody answered. */
function showInvitation(invitation: Invitation): void {
  const { title, from } = invitation;
  const reason = make('input', { ariaLabel: 'Reason' });
  const accept = make('button', { textContent: 'Accept' });
  const decline = make('button', { textContent: 'Decline' });
  const card = make('article', { textContent: `${from.name} invites you to ${title}` });
  card.append(reason, accept, decline);
  find('#incoming').append(card);
  accept.onclick = () => {
    card.remove();
    attempt(invitation.accept({ name: ownName() }).then(enter));
  };
  decline.onclick = () => {
    card.remove();
    invitation.decline(reason.value || undefined);
  };
}

form.onsubmit = (event) => {
  event.preventDefault();
  const onWaiting = () => tell('Waiting to be let in');
  attempt(
    client.joinRoom(String(new FormData(form).get('room')), { name: ownName(), onWaiting }).then(enter),
  );
};

find<HTMLButtonElement>('#ring').onclick = () => attempt(ring());
find<HTMLButtonElement>('#link').onclick = () => attempt(makeLink());

/** For who owns or moderates the room. Each of them is rung at for a minute at most. */
async function ring(): Promise<void> {
  const users = find<HTMLTextAreaElement>('textarea').value.split('\n').filter(Boolean);
  for (const { user, outcome, reason } of await client.invite(users, room?.id ?? '')) {
    list(reason === undefined ? `${user}: ${outcome}` : `${user}: ${outcome}, ${reason}`);
  }
}

/** Lets in whoever has it, without an account and past the lobby. */
async function makeLink(): Promise<void> {
  const { url } = await client.invite({ guestLink: { validForSeconds: 3600 } }, room?.id ?? '');
  list(url);
}

function enter(entered: Room): void {
  room = entered;
  tell(`You are in ${entered.settings.current.title}`);
  inviting.disabled = false;
  entered.state.subscribe((state) => {
    if (state.name === 'reconnecting') tell('The server cannot be reached.');
    if (state.name !== 'left') return;
    inviting.disabled = true;
    tell(state.error?.message ?? 'You left');
  });
}

function ownName(): string {
  return String(new FormData(form).get('name')) || 'Somebody';
}

/** What fails is told in the server's words. */
function attempt(work: Promise<void>): void {
  work.catch((error: Error) => tell(error.message));
}

function tell(text: string): void {
  find('[role=status]').textContent = text;
}

function list(text: string): void {
  find('ul').append(make('li', { textContent: text }));
}

function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Partial<HTMLElementTagNameMap[K]>,
): HTMLElementTagNameMap[K] {
  return Object.assign(document.createElement(tag), properties);
}

function find<E extends HTMLElement>(selector: string): E {
  const element = document.querySelector<E>(selector);
  if (element === null) throw new Error(`There is no ${selector} in the page.`);
  return element;
}
