import NextAuth from "next-auth";
import { authOptions } from "@/lib/auth/options";
import { isSecure } from "@/lib/http/forwarded";

type Context = { params: Promise<{ nextauth: string[] }> };

const handler = (request: Request, context: Context): Promise<Response> =>
  NextAuth(request as never, context as never, authOptions(isSecure(request.headers)));

export { handler as GET, handler as POST };
