/** A screen's heading, for screen readers: focus goes there when the screen changes, so that reading starts there. */
import { type ReactNode, useEffect, useRef } from 'react';
import { ForScreenReaders } from './controls.tsx';

interface FocusedHeadingProps {
  readonly children: ReactNode;
  readonly isVisible?: boolean;
}

export function FocusedHeading({ children, isVisible = false }: FocusedHeadingProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {isVisible ? children : <ForScreenReaders>{children}</ForScreenReaders>}
    </h1>
  );
}
