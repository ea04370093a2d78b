/** What is wrong with camera or microphone, and the way out. */
import type { DevicesModel } from '../state/devices.ts';
import { errorDetails } from '../state/error-words.ts';
import { ActionButton } from './controls.tsx';
import { Notice } from './notice.tsx';
import { useSignal } from './use-signal.ts';

interface DeviceProblemsProps {
  readonly devices: DevicesModel;
  readonly isDismissible?: boolean;
}

export function DeviceProblems({ devices, isDismissible = false }: DeviceProblemsProps) {
  const problems = useSignal(devices.problems);
  return problems.map((problem) => (
    <Notice
      key={problem.kinds.join()}
      title={problem.title}
      text={problem.text}
      details={errorDetails(problem.failure)}
    >
      {problem.canRetry && <ActionButton onPress={() => devices.retry(problem)}>Try again</ActionButton>}
      {isDismissible && <ActionButton onPress={() => devices.dismiss(problem)}>Dismiss</ActionButton>}
    </Notice>
  ));
}
