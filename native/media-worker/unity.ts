/**
 * Groups the worker's C++ sources into a few large compilation units. Reading the same headers again for each
 * of some 260 files is what most of an ordinary build of the worker is spent on.
 */

export type Source = { readonly path: string; readonly bytes: number };

/** Sources that give the same name to different file-local things, so no two of a row share a unit. */
const clashes: readonly (readonly string[])[] = [
  [
    'src/RTC/PortManager.cpp',
    'src/handles/TcpConnectionHandle.cpp',
    'src/handles/TcpServerHandle.cpp',
    'src/handles/UdpSocketHandle.cpp',
    'src/handles/UnixStreamSocketHandle.cpp',
  ],
  ['src/DepLibSRTP.cpp', 'src/Settings.cpp'],
  ['src/DepLibWebRTC.cpp', 'src/DepOpenSSL.cpp'],
  ['src/RTC/DtlsTransport.cpp', 'src/RTC/PlainTransport.cpp'],
  ['src/RTC/SimulcastProducerStreamManager.cpp', 'src/RTC/SvcProducerStreamManager.cpp'],
  ['src/RTC/WebRtcServer.cpp', 'src/RTC/WebRtcTransport.cpp'],
  ['src/RTC/TransportCongestionControlClient.cpp', 'src/RTC/TransportCongestionControlServer.cpp'],
  [
    'src/RTC/BWE/AimdRateControl.cpp',
    'src/RTC/BWE/LossBasedController.cpp',
    'src/RTC/BWE/TargetRateController.cpp',
  ],
  ['src/RTC/RTP/RtpStream.cpp', 'src/RTC/RTP/RtxStream.cpp'],
  ['src/RTC/SCTP/association/Association.cpp', 'src/RTC/SCTP/association/TransmissionControlBlock.cpp'],
  [
    'libwebrtc/modules/congestion_controller/goog_cc/median_slope_estimator.cc',
    'libwebrtc/modules/congestion_controller/goog_cc/trendline_estimator.cc',
    'libwebrtc/modules/remote_bitrate_estimator/overuse_detector.cc',
    'libwebrtc/modules/remote_bitrate_estimator/overuse_estimator.cc',
  ],
  [
    'libwebrtc/modules/congestion_controller/goog_cc/delay_based_bwe.cc',
    'libwebrtc/modules/remote_bitrate_estimator/inter_arrival.cc',
    'libwebrtc/modules/remote_bitrate_estimator/remote_bitrate_estimator_abs_send_time.cc',
  ],
];

/** Specialises templates that other sources instantiate, which C++ allows only in this order. */
const first: ReadonlySet<string> = new Set(['src/RTC/RTCP/Feedback.cpp']);

/** The sources a meson file lists in the array of this name. */
export function sourcesIn(mesonFile: string, arrayName: string): string[] {
  const lists = new RegExp(`^ *${arrayName} \\+?= \\[([^\\]]*)\\]`, 'gm');
  return [...mesonFile.matchAll(lists)].flatMap(([, list = '']) =>
    [...list.matchAll(/'([^']+)'/g)].map(([, path = '']) => path),
  );
}

/** Spreads the sources over units of about equal size, largest source first, and keeps those that clash apart. */
export function planUnits(sources: readonly Source[], unitCount: number): string[][] {
  const units = Array.from({ length: unitCount }, () => ({ bytes: 0, paths: [] as string[] }));
  for (const source of sources.toSorted((a, b) => b.bytes - a.bytes)) {
    const unit = units
      .filter((candidate) => !candidate.paths.some((path) => clash(path, source.path)))
      .reduce((smallest, candidate) => (candidate.bytes < smallest.bytes ? candidate : smallest));
    unit.bytes += source.bytes;
    unit.paths.push(source.path);
  }
  return units.map((unit) => unit.paths.toSorted((a, b) => Number(first.has(b)) - Number(first.has(a))));
}

export type UnitFile = { readonly target: string; readonly name: string; readonly content: string };

/** The units of one build target as C++ files, whose sources lie in `folder` seen from them. */
export function unitFiles(target: string, folder: string, units: readonly (readonly string[])[]): UnitFile[] {
  return units.map((paths, index) => ({
    target,
    name: `${target}-${index + 1}.cpp`,
    // Every source defines MS_CLASS, the name in its log lines, for itself.
    content: paths.map((path) => `#undef MS_CLASS\n#include "${folder}/${path}"\n`).join(''),
  }));
}

/** The meson file beside the units: an array `<target>_units` for each target. */
export function formatUnitLists(files: readonly UnitFile[]): string {
  const targets = [...new Set(files.map((file) => file.target))];
  return targets
    .map((target) => {
      const names = files.filter((file) => file.target === target).map((file) => `'${file.name}'`);
      return `${target}_units = files(${names.join(', ')})\n`;
    })
    .join('');
}

function clash(one: string, other: string): boolean {
  return clashes.some((row) => row.includes(one) && row.includes(other));
}
