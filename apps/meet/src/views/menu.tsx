/** A menu that a button opens. */
import type { ReactElement } from 'react';
import { Menu, MenuItem, MenuTrigger, Popover, type PopoverProps } from 'react-aria-components';
import { Icon, type IconName } from './icons.tsx';
import styles from './menu.module.css';

export interface MenuEntry {
  readonly id: string;
  readonly label: string;
  readonly icon?: IconName;
  readonly isDanger?: boolean;
}

interface ActionMenuProps {
  readonly label: string;
  /** The button that opens it. */
  readonly button: ReactElement;
  readonly entries: readonly MenuEntry[];
  readonly onChoose: (id: string) => void;
  /** Below the button unless given, or where there is room. */
  readonly placement?: PopoverProps['placement'];
}

export function ActionMenu({ label, button, entries, onChoose, placement }: ActionMenuProps) {
  return (
    <MenuTrigger>
      {button}
      <Popover className={styles.popover ?? ''} {...(placement !== undefined && { placement })}>
        <Menu
          className={styles.menu ?? ''}
          aria-label={label}
          items={entries}
          onAction={(key) => onChoose(String(key))}
        >
          {({ id, label: text, icon, isDanger }) => (
            <MenuItem
              id={id}
              textValue={text}
              className={styles.item ?? ''}
              data-is-danger={isDanger || undefined}
            >
              {icon !== undefined && <Icon name={icon} isSmall />}
              <bdi className={styles.text}>{text}</bdi>
            </MenuItem>
          )}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
