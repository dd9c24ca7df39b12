using System.Security.Cryptography;
using System.Text;

namespace Ropewalk.WebSockets.Wire;

/// <summary>Makes and checks the nonce of a handshake and what proves that it was read. <b>Spec</b>: RFC 6455 §4.2.2.</summary>
internal static class WebSocketKey
{
    public const int NonceBytes = 16;

    private const string Guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /// <summary>Tells whether a key is 16 bytes in base64.</summary>
    public static bool IsValid(string key)
    {
        Span<byte> nonce = stackalloc byte[NonceBytes + 2];
        return key.Length == 24 && Convert.TryFromBase64String(key, nonce, out int length) && length == NonceBytes;
    }

    /// <summary>Formats a nonce.</summary>
    public static string Format(ReadOnlySpan<byte> nonce) => Convert.ToBase64String(nonce);

    /// <summary>Gets the answer to a key.</summary>
    public static string Accept(string key)
    {
        Span<byte> digest = stackalloc byte[20];
#pragma warning disable CA5350 // it shows that a WebSocket server has read the key, and protects nothing
        SHA1.HashData(Encoding.ASCII.GetBytes(key + Guid), digest);
#pragma warning restore CA5350
        return Convert.ToBase64String(digest);
    }
}
