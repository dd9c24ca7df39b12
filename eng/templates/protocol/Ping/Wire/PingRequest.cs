namespace Ping.Wire;

/// <summary>Is what a client says.</summary>
/// <param name="Kind">What it wants.</param>
/// <param name="Token">What comes back; empty unless it is a probe.</param>
public readonly record struct PingRequest(PingRequestKind Kind, string Token = "")
{
    /// <summary>Asks for the token.</summary>
    public static PingRequest Probe(string token) => new(PingRequestKind.Probe, token);

    /// <summary>Says goodbye.</summary>
    public static PingRequest Quit => new(PingRequestKind.Quit);
}
