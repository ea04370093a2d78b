/** A drawn screen, as somebody would share it: a page of text with a chart, and a cursor that moves; five frames a second. */
export function createFakeScreen(seed: number): MediaStreamTrack {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = seed % 2 === 0 ? [1920, 1080] : [1600, 1200];
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('No canvas.');
  let tick = 0;
  const draw = () => drawScreen(context, seed, tick++);
  draw();
  setInterval(draw, 200);
  const [track] = canvas.captureStream(5).getVideoTracks();
  if (track === undefined) throw new Error('No track.');
  return track;
}

const lines = [
  'Readers come for the second chapter first, and stay for the third.',
  'Response times are below 80 ms in nine of ten cases, and above 200 ms in one of a thousand.',
  'What remains is the migration of the archive, which takes one weekend without anybody noticing.',
  'We propose to decide on Thursday, and to begin with the smallest of the four regions.',
];

function drawScreen(context: CanvasRenderingContext2D, seed: number, tick: number): void {
  const { width, height } = context.canvas;
  const unit = width / 100;
  const isDark = seed % 3 === 1;
  const [paper, ink, soft] = isDark ? ['#1e1e24', '#e8e8ee', '#33343d'] : ['#ffffff', '#1c2330', '#e7ebf0'];
  context.fillStyle = paper;
  context.fillRect(0, 0, width, height);
  context.fillStyle = soft;
  context.fillRect(0, 0, width, 4 * unit);
  context.fillRect(0, 4 * unit, 18 * unit, height);
  context.fillStyle = ink;
  context.font = `600 ${3.2 * unit}px system-ui, sans-serif`;
  context.fillText(seed % 2 === 0 ? 'Quarterly review' : 'Release plan', 22 * unit, 12 * unit);
  context.font = `${1.5 * unit}px system-ui, sans-serif`;
  for (const [index, line] of lines.entries())
    context.fillText(line, 22 * unit, (17 + index * 3) * unit, 72 * unit);
  for (let bar = 0; bar < 12; bar += 1) {
    const tall = (6 + ((bar * 7 + seed * 5) % 11)) * unit;
    context.fillStyle = `hsl(${170 + seed * 60} 45% ${isDark ? 58 : 42}%)`;
    context.fillRect((23 + bar * 5.6) * unit, 50 * unit - tall, 3.6 * unit, tall);
  }
  const x = (55 + 20 * Math.sin(tick / 9)) * unit;
  const y = (32 + 9 * Math.cos(tick / 6)) * unit;
  context.fillStyle = ink;
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x + 1.1 * unit, y + 1.1 * unit);
  context.lineTo(x, y + 1.6 * unit);
  context.fill();
}
