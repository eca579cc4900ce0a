import { RadioCards } from "@/components/ui/radio-cards";
import { PROJECT_SETTINGS } from "@/lib/projects/setting-list";

/** How visitors are recognised before login, in plain words. */
export function RecognitionCards({ defaultValue }: { defaultValue: string }) {
  const { label, choices } = PROJECT_SETTINGS.recognition;
  return <RadioCards name="recognition" legend={label} defaultValue={defaultValue} cards={[...choices]} />;
}
