/** What several people did at one moment is at one moment of their files, put beside each other by when each file began. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { logOnlyErrors } from '../av/log.ts';
import type { RecordedPart } from '../recording/mix-recorder.ts';
import { formatSenderReport } from '../rtp/rtcp.ts';
import { aFolder } from '../testing/a-folder.ts';
import { onsetsIn } from '../testing/onsets-in.ts';
import { RecordedPerson, record, type Ssrcs } from '../testing/recorded-person.ts';
import { TrackRecorders } from './track-recorders.ts';

logOnlyErrors();

const wallStart = 1_700_000_000_000;
const ntpEpochMs = 2_208_988_800_000;
const clockRates: Ssrcs = { voice: 48, picture: 90 };
/** Bright and loud once in each turn, which begins with a whole picture. */
const turnMs = 2_000;
const onsetMs = 600;
const isOn = (ms: number) => ms >= onsetMs && ms < onsetMs + 400;

/** Whose clock, by which they report, is off by so much, and who is recorded from a moment on. */
const people = [
  { ssrcs: { voice: 100, picture: 200 }, clockOffMs: 0, fromMs: 0 },
  { ssrcs: { voice: 101, picture: 201 }, clockOffMs: -3_600_000, fromMs: 1_700 },
  { ssrcs: { voice: 102, picture: 202 }, clockOffMs: 90_000, fromMs: 2_460 },
] as const;

test('[C72] tracks of several people lie beside each other by the moment at which each began', async () => {
  const folder = await aFolder();
  const recording = await record(turnMs, isOn);
  const parts = new Map<number, RecordedPart>();
  let clock = 0;
  const recorders = new TrackRecorders({
    tell: (event) => {
      if (event.type === 'recording-began') parts.set(event.recording, event.part);
    },
    send: () => undefined,
    now: () => clock,
    wallMs: () => wallStart + clock,
  });
  const senders = people.map(({ ssrcs }) => new RecordedPerson(recording, ssrcs));
  for (; clock < 7_000; clock += 20) {
    for (const [index, { ssrcs, clockOffMs, fromMs }] of people.entries()) {
      if (clock === fromMs) {
        recorders.begin(ssrcs.voice, {
          path: join(folder, `${index}-voice`),
          ssrc: ssrcs.voice,
          codec: 'opus',
        });
        const picture = {
          path: join(folder, `${index}-picture`),
          ssrc: ssrcs.picture,
          codec: 'vp8',
        } as const;
        recorders.begin(ssrcs.picture, picture);
      }
      const shown = clock % 40 === 0 ? (senders[index]?.show(clock / 40) ?? []) : [];
      const reports = clock % 500 === 0 ? reportsOf(ssrcs, clock, clockOffMs) : [];
      for (const datagram of [...reports, ...(senders[index]?.speak(clock / 20) ?? []), ...shown])
        recorders.handleDatagram(datagram);
    }
    recorders.tick();
  }
  await recorders.close();
  for (const { ssrcs, fromMs } of people) {
    for (const [kind, ssrc] of Object.entries(ssrcs)) {
      const { path = '', wallMs = 0 } = parts.get(ssrc) ?? {};
      const onsets = (await onsetsIn(path)).map((ms) => Math.round(wallMs - wallStart + ms));
      // A picture is begun with the next whole one.
      const begunMs = kind === 'picture' ? Math.ceil(fromMs / turnMs) * turnMs : fromMs;
      const expected = [0, 1, 2, 3].map((turn) => turn * turnMs + onsetMs).filter((ms) => ms > begunMs);
      expect(onsets).toHaveLength(expected.length);
      // Less than one picture lasts: neither is more exact.
      for (const [index, ms] of onsets.entries())
        expect(Math.abs(ms - (expected[index] ?? 0))).toBeLessThan(40);
    }
  }
});

function reportsOf(ssrcs: Ssrcs, clock: number, clockOffMs: number): readonly Uint8Array[] {
  return (['voice', 'picture'] as const).map((kind) =>
    formatSenderReport({
      ssrc: ssrcs[kind],
      cname: 'one',
      ntpMs: wallStart + clock + clockOffMs + ntpEpochMs,
      rtpTimestamp: clock * clockRates[kind],
      packets: 0,
      octets: 0,
    }),
  );
}
