import { type ClassValue, clsx } from "clsx";
import { twMerge } from "tailwind-merge";

/** Class names joined, the later of two that conflict winning. */
export const cn = (...inputs: ClassValue[]): string => twMerge(clsx(inputs));
