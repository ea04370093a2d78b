/** Keeps a scrolling list at its end while more comes, unless one has scrolled away from it. */
import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react';

/** Within this of the end one is at the end. */
const slackPixels = 48;

interface StickToEnd {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  goToEnd(): void;
}

export function useStickToEnd(onAtEnd: (isAtEnd: boolean) => void, items: unknown): StickToEnd {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const isStuck = useRef(true);

  const goToEnd = () => {
    isStuck.current = true;
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: more has come.
  useLayoutEffect(() => {
    if (isStuck.current) scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  }, [items]);

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const handleScroll = () => {
      const { scrollHeight, scrollTop, clientHeight } = element;
      isStuck.current = scrollHeight - scrollTop - clientHeight <= slackPixels;
      onAtEnd(isStuck.current);
    };
    // A keyboard that comes up, or a window that becomes narrower, moves the end away.
    const observer = new ResizeObserver(() => {
      if (isStuck.current) element.scrollTo({ top: element.scrollHeight });
    });
    observer.observe(element);
    if (content.current !== null) observer.observe(content.current);
    element.addEventListener('scroll', handleScroll, { passive: true });
    onAtEnd(isStuck.current);
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', handleScroll);
      onAtEnd(false);
    };
  }, [onAtEnd]);

  return { scroller, content, goToEnd };
}
