/** A lens's title with its icon. The editor drops a plain space between the two. */
export const lensTitle = (icon: string, title: string): string => `$(${icon})\u00a0${title}`;
