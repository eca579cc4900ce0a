import { RadioCards } from "@/components/ui/radio-cards";
import type { Recognition } from "@/lib/projects/rule";

/** How visitors are recognised before login, in plain words. */
export function RecognitionCards({ defaultValue }: { defaultValue: Recognition }) {
  return (
    <RadioCards
      name="recognition"
      legend="How visitors are recognised before they log in"
      defaultValue={defaultValue}
      cards={[
        {
          value: "device",
          title: "By a random id on their device",
          text: "Kept in the browser's own storage, no cookie. Somebody's whole history joins their story when they log in, however long ago it began. In the EU, ask for consent first.",
        },
        {
          value: "cookieless",
          title: "Without storing anything",
          text: "A number is derived from each visit with a secret that is destroyed after two days, so nobody can follow a visitor from day to day. Only the minutes before a login join the story.",
        },
      ]}
    />
  );
}
