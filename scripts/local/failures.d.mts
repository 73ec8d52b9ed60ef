interface Report {
  testResults?: {
    /** The file, absolute. */
    name: string;
    status: string;
    message: string;
    assertionResults: { status: string; fullName: string; failureMessages?: string[] }[];
  }[];
}

export function failuresOf(result: Report, root: string): string[];
