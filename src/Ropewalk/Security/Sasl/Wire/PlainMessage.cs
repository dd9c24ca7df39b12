using System.Text;

namespace Ropewalk.Security.Sasl.Wire;

/// <summary>The one message of PLAIN.</summary>
/// <remarks><b>Shape</b>: <c>[authzid] NUL authcid NUL passwd</c>, UTF-8, none of them with a NUL. <b>Spec</b>: RFC 4616 §2.</remarks>
internal sealed class PlainMessage(string authorizationId, string name, string password)
{
    /// <summary>Gets whom to act as; empty for oneself.</summary>
    public string AuthorizationId { get; } = authorizationId;

    /// <summary>Gets the name.</summary>
    public string Name { get; } = name;

    /// <summary>Gets the password.</summary>
    public string Password { get; } = password;

    /// <summary>Reads a message; null if it is none.</summary>
    public static PlainMessage? Decode(ReadOnlySpan<byte> bytes)
    {
        if (!SaslText.TryRead(bytes, out string? text))
        {
            return null;
        }

        // RFC 4616 §2: exactly two NULs; name and password are not empty
        string[] parts = text.Split('\0', 4);
        return parts is [var authorizationId, { Length: > 0 } name, { Length: > 0 } password] ? new PlainMessage(authorizationId, name, password) : null;
    }

    /// <summary>Writes a message; null if a part cannot be in one.</summary>
    public byte[]? Encode()
    {
        string[] parts = [AuthorizationId, Name, Password];
        return Name.Length == 0 || Password.Length == 0 || parts.Any(part => part.Contains('\0', StringComparison.Ordinal)) ? null : Encoding.UTF8.GetBytes(string.Join('\0', parts));
    }
}
