/**
 * The smallest page with a group call: camera and microphone on, everybody else on the screen, and a chat. `?server=` names
 * the server where it is not the page's own; `room=` and `name=` are filled in.
 */
import { type ChatMessage, ConferenceClient, createLocalMedia, type Participant } from '@plenum/client';

const query = new URLSearchParams(location.search);
const roomId = query.get('room') ?? 'example';
const status = document.querySelector('[role=status]');
const stage = document.querySelector('main');
const joinForm = document.querySelector<HTMLFormElement>('#join');
const chatForm = document.querySelector<HTMLFormElement>('#chat');

const client = new ConferenceClient({ serverUrl: query.get('server') ?? location.origin });
client.onNewParticipant(({ name }) => tell(`${name} came`));
client.onParticipantLeft(({ name }) => tell(`${name} left`));

async function join(name: string): Promise<void> {
  const localMedia = createLocalMedia({ video: { height: 360, frameRate: 15 } });
  await Promise.all([localMedia.startCamera(), localMedia.startMicrophone()]);
  const room = await client.joinRoom(roomId, { name, localMedia });
  setInCall(true);
  draw(room.participants.current);
  room.participants.subscribe(draw);
  drawChat(room.chat.messages.current);
  room.chat.messages.subscribe(drawChat);
  onSubmit(chatForm, 'line', (text) => {
    chatForm?.reset();
    return room.chat.send(text);
  });
  room.state.subscribe((state) => {
    if (state.name === 'reconnecting') tell('The server cannot be reached. Trying again …');
    if (state.name === 'connected') tell('Connected');
    if (state.name !== 'left') return;
    // The camera's light goes out.
    localMedia.close();
    setInCall(false);
    draw([]);
    tell(state.error?.message ?? 'You left');
  });
}

/** A figure for each of the others, with their picture and their sound. */
function draw(participants: readonly Participant[]): void {
  const others = participants.filter(({ isLocal }) => !isLocal);
  for (const figure of [...(stage?.children ?? [])]) {
    if (others.every(({ id }) => figure.id !== `p-${id}`)) figure.remove();
  }
  for (const { id, name, camera, microphone } of others) {
    const video = document.querySelector<HTMLVideoElement>(`#p-${id} video`) ?? addFigure(`p-${id}`, name);
    const tracks = [camera?.track, microphone?.track].filter((track) => track !== undefined);
    const shown = video.srcObject instanceof MediaStream ? video.srcObject.getTracks() : [];
    const isSame = tracks.length === shown.length && tracks.every((track) => shown.includes(track));
    if (!isSame) video.srcObject = new MediaStream(tracks);
  }
}

function addFigure(id: string, name: string): HTMLVideoElement {
  const figure = document.createElement('figure');
  const video = document.createElement('video');
  const caption = document.createElement('figcaption');
  figure.id = id;
  caption.textContent = name;
  video.autoplay = true;
  video.playsInline = true;
  figure.append(video, caption);
  stage?.append(figure);
  return video;
}

function drawChat(messages: readonly ChatMessage[]): void {
  const lines = messages.map(({ authorName, text }) => {
    const line = document.createElement('li');
    line.textContent = `${authorName}: ${text}`;
    return line;
  });
  chatForm?.querySelector('ol')?.replaceChildren(...lines);
}

function setInCall(isInCall: boolean): void {
  if (joinForm !== null) joinForm.hidden = isInCall;
  if (chatForm !== null) chatForm.hidden = !isInCall;
}

function tell(text: string): void {
  if (status !== null) status.textContent = text;
}

/** What fails is told in the server's words. */
function onSubmit(form: HTMLFormElement | null, field: string, work: (text: string) => Promise<void>): void {
  if (form === null) return;
  form.onsubmit = (event) => {
    event.preventDefault();
    work(String(new FormData(form).get(field))).catch((error: Error) => tell(error.message));
  };
}

joinForm?.querySelector('input')?.setAttribute('value', query.get('name') ?? '');
onSubmit(joinForm, 'name', join);
chatForm?.querySelector('#leave')?.addEventListener('click', () => void client.leaveRoom(roomId));
