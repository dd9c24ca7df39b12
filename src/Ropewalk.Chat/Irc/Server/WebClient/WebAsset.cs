using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;

namespace Ropewalk.Chat.Irc.Server.WebClient;

/// <summary>Is a file of the page, which is inside the assembly.</summary>
/// <param name="Type">Its media type.</param>
/// <param name="Tag">Its entity tag: it says which bytes these are.</param>
/// <param name="Bytes">Its bytes.</param>
internal sealed record WebAsset(string Type, string Tag, ReadOnlyMemory<byte> Bytes)
{
    private const string Folder = "WebClient/";

    /// <summary>Gets all files by their paths: <c>/app.js</c>; the page itself is <c>/</c>.</summary>
    public static FrozenDictionary<string, WebAsset> All { get; } = Assembly.GetExecutingAssembly().GetManifestResourceNames()
        .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
        .ToFrozenDictionary(name => name == Folder + "index.html" ? "/" : name[(Folder.Length - 1)..], Read, StringComparer.Ordinal);

    private static WebAsset Read(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return new WebAsset(TypeOf(name), $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 12))}\"", bytes);
    }

    private static string TypeOf(string name) => name[(name.LastIndexOf('.') + 1)..] switch
    {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        _ => "application/octet-stream",
    };
}
