using System.Security.Cryptography;

namespace Ropewalk.Web.Static.Wire;

/// <summary>Holds the one style sheet of the pages that the server writes itself, and the policy that lets nothing else in.</summary>
internal static class PageStyle
{
    public static ReadOnlySpan<byte> Sheet => """
        :root{color-scheme:light dark;--bg:#fbfaf7;--card:#fff;--ink:#23272e;--dim:#6b7280;--line:#e7e4dc;--accent:#a4541f;--hover:#f6f1e7;--folder:#c98b3a;--file:#9aa3b2}
        @media(prefers-color-scheme:dark){:root{--bg:#16181c;--card:#1d2025;--ink:#e4e6ea;--dim:#9199a6;--line:#2c3038;--accent:#e8a15f;--hover:#262a31;--folder:#d9a257;--file:#6d7686}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
        main{max-width:60rem;margin:0 auto;padding:2rem 1rem 3rem}
        a{color:var(--accent);text-decoration:none}
        a:hover{text-decoration:underline}
        h1{font-size:1.2rem;font-weight:600;margin:0 0 1rem;overflow-wrap:anywhere}
        h1 i{color:var(--dim);font-style:normal;font-weight:400;margin:0 .3em}
        table{width:100%;border-collapse:separate;border-spacing:0;background:var(--card);border:1px solid var(--line);border-radius:10px;overflow:hidden}
        th,td{text-align:left;padding:.5rem .9rem;border-bottom:1px solid var(--line)}
        tr:last-child td{border-bottom:0}
        th{font-size:.75rem;letter-spacing:.05em;text-transform:uppercase;color:var(--dim);font-weight:600;white-space:nowrap}
        th a{color:inherit}
        th b{color:var(--accent);font-weight:600}
        td{font-variant-numeric:tabular-nums;vertical-align:top}
        td:first-child{width:100%;overflow-wrap:anywhere;padding:0}
        td:first-child a{display:flex;gap:.65rem;align-items:flex-start;padding:.5rem .9rem;color:var(--ink)}
        td:first-child a:hover{color:var(--accent)}
        tbody tr:hover{background:var(--hover)}
        .s,.d{white-space:nowrap;color:var(--dim)}
        .s{text-align:right}
        svg{flex:none;width:1.15rem;height:1.15rem;margin-top:.18rem}
        .k{fill:var(--folder)}
        .f{fill:none;stroke:var(--file);stroke-width:1.6;stroke-linejoin:round}
        .u{fill:none;stroke:var(--dim);stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round}
        p{color:var(--dim);margin:.9rem .2rem}
        .e{text-align:center;padding-top:18vh}
        .e strong{display:block;font-size:4.5rem;line-height:1;font-weight:700;color:var(--accent);font-variant-numeric:tabular-nums}
        .e h1{font-size:1.4rem;margin:.6rem 0 .2rem}
        @media(max-width:36rem){.d{display:none}main{padding:1rem .5rem}}
        """u8;

    /// <summary>Allows this sheet by its hash, and nothing else: no script, no image, no form, no frame.</summary>
    public static string ContentSecurityPolicy { get; } =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Sheet))}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>The start of each page up to its title.</summary>
    public static ReadOnlySpan<byte> Head =>
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>"u8;

    /// <summary>Goes from the title to the body: the sheet stands between its tags byte for byte, for its hash.</summary>
    public static byte[] AfterTitle { get; } = [.. "</title>\n<style>"u8, .. Sheet, .. "</style>\n</head>\n<body>\n"u8];

    /// <summary>Ends each page.</summary>
    public static ReadOnlySpan<byte> End => "</main>\n</body>\n</html>\n"u8;
}
