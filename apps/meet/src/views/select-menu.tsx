/** A menu to choose one of several, in one line: icon, choice, arrow. */
import { Button, ListBox, ListBoxItem, Popover, Select, SelectValue } from 'react-aria-components';
import { Icon, type IconName } from './icons.tsx';
import styles from './select-menu.module.css';

export interface Choice {
  readonly id: string;
  readonly label: string;
}

interface SelectMenuProps {
  readonly label: string;
  readonly icon: IconName;
  readonly choices: readonly Choice[];
  readonly chosen: string;
  /** What stands there while nothing can be chosen. */
  readonly emptyText: string;
  readonly onChoose: (id: string) => void;
}

/** The system's loudspeaker has the empty id, which a list cannot tell from "none". */
const emptyKey = '(default)';

export function SelectMenu({ label, icon, choices, chosen, emptyText, onChoose }: SelectMenuProps) {
  return (
    <Select
      aria-label={label}
      className={styles.select ?? ''}
      placeholder={emptyText}
      isDisabled={choices.length === 0}
      selectedKey={choices.some(({ id }) => id === chosen) ? chosen || emptyKey : null}
      onSelectionChange={(key) => {
        if (key !== null) onChoose(key === emptyKey ? '' : String(key));
      }}
    >
      <Button className={styles.button ?? ''}>
        <Icon name={icon} isSmall />
        <SelectValue className={styles.value ?? ''} />
        <Icon name="down" isSmall />
      </Button>
      <Popover className={styles.popover ?? ''}>
        <ListBox className={styles.list ?? ''} items={choices}>
          {({ id, label: text }) => (
            <ListBoxItem id={id || emptyKey} textValue={text} className={styles.item ?? ''}>
              {({ isSelected }) => (
                <>
                  <span className={styles.mark}>{isSelected && <Icon name="check" isSmall />}</span>
                  <span className={styles.text} dir="auto">
                    {text}
                  </span>
                </>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Select>
  );
}
