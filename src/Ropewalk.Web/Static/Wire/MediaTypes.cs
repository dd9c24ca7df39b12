using System.Collections.Frozen;

namespace Ropewalk.Web.Static.Wire;

/// <summary>Tells a file's media type by the end of its name.</summary>
/// <remarks>
/// <b>Shape</b>: the types are IANA's registered ones, or what the WHATWG's HTML and MIME Sniffing standards ask for (<c>text/javascript</c>).
/// Texts carry <c>charset=utf-8</c>. Names without a known end are <c>application/octet-stream</c>: with <c>nosniff</c> a browser offers to save them.
/// </remarks>
public static class MediaTypes
{
    /// <summary>The type of a name that the table does not hold.</summary>
    public const string Unknown = "application/octet-stream";

    private static readonly string[] Rows =
    [
        // texts
        "text/html; charset=utf-8|html htm shtml",
        "text/css; charset=utf-8|css",
        "text/javascript; charset=utf-8|js mjs cjs",
        "text/plain; charset=utf-8|txt text log conf cfg ini toml diff patch rst tex adoc sh bash py rb pl php c h cc cpp hpp cs fs vb java kt go rs swift lua sql bat ps1 props targets csproj slnx",
        "text/markdown; charset=utf-8|md markdown",
        "text/csv; charset=utf-8|csv",
        "text/tab-separated-values; charset=utf-8|tsv",
        "text/calendar; charset=utf-8|ics",
        "text/vcard; charset=utf-8|vcf",
        "text/vtt; charset=utf-8|vtt",
        "application/yaml; charset=utf-8|yaml yml",
        // structured data: their charset is fixed by their own specifications
        "application/json|json map",
        "application/ld+json|jsonld",
        "application/geo+json|geojson",
        "application/manifest+json|webmanifest",
        "application/jsonl|jsonl ndjson",
        "application/xml|xml xsl xsd rng",
        "application/xhtml+xml|xhtml xht",
        "application/rss+xml|rss",
        "application/atom+xml|atom",
        "application/mathml+xml|mathml",
        "application/gpx+xml|gpx",
        "application/vnd.google-earth.kml+xml|kml",
        // images
        "image/svg+xml|svg",
        "image/png|png",
        "image/apng|apng",
        "image/jpeg|jpg jpeg jpe jfif",
        "image/gif|gif",
        "image/webp|webp",
        "image/avif|avif",
        "image/jxl|jxl",
        "image/heic|heic heif",
        "image/bmp|bmp",
        "image/tiff|tif tiff",
        "image/x-icon|ico cur",
        // fonts (RFC 8081)
        "font/woff|woff",
        "font/woff2|woff2",
        "font/ttf|ttf",
        "font/otf|otf",
        "font/collection|ttc otc",
        "application/vnd.ms-fontobject|eot",
        // sound
        "audio/mpeg|mp3",
        "audio/mp4|m4a m4b",
        "audio/aac|aac",
        "audio/ogg|ogg oga opus",
        "audio/flac|flac",
        "audio/wav|wav",
        "audio/webm|weba",
        "audio/midi|mid midi",
        // moving pictures
        "video/mp4|mp4 m4v",
        "video/webm|webm",
        "video/ogg|ogv",
        "video/quicktime|mov qt",
        "video/x-matroska|mkv",
        "video/x-msvideo|avi",
        "video/mpeg|mpeg mpg",
        "video/mp2t|ts m2ts",
        "application/vnd.apple.mpegurl|m3u8",
        "application/dash+xml|mpd",
        // documents
        "application/pdf|pdf",
        "application/epub+zip|epub",
        "application/rtf|rtf",
        "application/postscript|ps eps ai",
        "application/msword|doc dot",
        "application/vnd.ms-excel|xls",
        "application/vnd.ms-powerpoint|ppt",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document|docx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet|xlsx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation|pptx",
        "application/vnd.oasis.opendocument.text|odt",
        "application/vnd.oasis.opendocument.spreadsheet|ods",
        "application/vnd.oasis.opendocument.presentation|odp",
        "message/rfc822|eml",
        "application/mbox|mbox",
        // archives and programs
        "application/gzip|gz tgz",
        "application/zstd|zst",
        "application/x-bzip2|bz2",
        "application/x-xz|xz",
        "application/x-tar|tar",
        "application/zip|zip",
        "application/x-7z-compressed|7z",
        "application/vnd.rar|rar",
        "application/java-archive|jar",
        "application/vnd.debian.binary-package|deb",
        "application/x-rpm|rpm",
        "application/x-iso9660-image|iso",
        "application/wasm|wasm",
        "application/vnd.sqlite3|sqlite sqlite3 db",
        "application/x-x509-ca-cert|crt cer der",
        "application/x-pem-file|pem",
        "application/pgp-signature|sig asc",
        "application/x-bittorrent|torrent",
    ];

    private static readonly FrozenDictionary<string, string> Table = Build();

    private static readonly FrozenDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> ByExtension = Table.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Finds a type.</summary>
    /// <param name="name">A file's name.</param>
    /// <param name="overrides">Types by extension without the dot that win over the table's, or null.</param>
    /// <returns>The value for <c>Content-Type</c>.</returns>
    public static string Of(ReadOnlySpan<char> name, IReadOnlyDictionary<string, string>? overrides = null)
    {
        int dot = name.LastIndexOf('.');
        if (dot < 0 || dot == name.Length - 1) return Unknown;
        ReadOnlySpan<char> extension = name[(dot + 1)..];
        if (overrides is { Count: > 0 } && overrides.TryGetValue(extension.ToString(), out string? chosen)) return chosen;
        return ByExtension.TryGetValue(extension, out string? type) ? type : Unknown;
    }

    private static FrozenDictionary<string, string> Build()
    {
        Dictionary<string, string> table = new(StringComparer.OrdinalIgnoreCase);
        foreach (string row in Rows)
        {
            int bar = row.IndexOf('|', StringComparison.Ordinal);
            foreach (string extension in row[(bar + 1)..].Split(' ')) table.Add(extension, row[..bar]);
        }
        return table.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }
}
