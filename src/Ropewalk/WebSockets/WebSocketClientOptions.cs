using System.Security.Cryptography;

namespace Ropewalk.WebSockets;

/// <summary>Says how a client speaks WebSocket. <b>Call</b>: set everything before the first use.</summary>
public sealed class WebSocketClientOptions : WebSocketOptions
{
    /// <summary>Gets or sets the <c>Host</c> that is asked for, with its port if that is not the scheme's own. Required.</summary>
    public string Host { get; set; } = "";

    /// <summary>Gets or sets the <c>Origin</c> to send; null, as from what is no browser, sends none.</summary>
    public string? Origin { get; set; }

    /// <summary>Gets or sets where keys and masks come from. Default the system's generator (RFC 6455 §10.3); a seeded test puts its own here.</summary>
    public Func<uint> Randomness { get; set; } = NextOfSystem;

    private protected override void AddErrors(List<string> errors)
    {
        base.AddErrors(errors);
        if (Path is null)
        {
            errors.Add("Path: a client asks for one.");
        }

        if (Host.Length == 0 || !Host.All(c => c is > ' ' and < '\x7f'))
        {
            errors.Add("Host: a client asks for one.");
        }

        if (Randomness is null)
        {
            errors.Add("Randomness: must not be null.");
        }

        if (Origin is not null && !Origin.All(c => c is > ' ' and < '\x7f'))
        {
            errors.Add("Origin: is not one.");
        }
    }

    private static uint NextOfSystem()
    {
        Span<byte> octets = stackalloc byte[sizeof(uint)];
        RandomNumberGenerator.Fill(octets);
        return BitConverter.ToUInt32(octets);
    }
}
