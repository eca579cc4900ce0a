"use client";

import { type ComponentProps, useState } from "react";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";

/** An input for a password, with a button that shows what was typed. */
export function PasswordInput({ id, ...input }: Omit<ComponentProps<typeof Input>, "type"> & { id: string }) {
  const [isShown, setShown] = useState(false);
  return (
    <div className="flex gap-2">
      <Input {...input} id={id} type={isShown ? "text" : "password"} />
      <Button variant="outline" className="w-16" aria-controls={id} onClick={() => setShown(!isShown)}>
        {isShown ? "Hide" : "Show"}
      </Button>
    </div>
  );
}
