using Ropewalk.WebSockets.Wire;

namespace Ropewalk.WebSockets;

/// <summary>Says how a server speaks WebSocket. <b>Call</b>: set everything before the first use.</summary>
public sealed class WebSocketServerOptions : WebSocketOptions
{
    /// <summary>
    /// Gets from whose pages browsers may connect: <c>https://chat.example.org</c>, a host alone (whatever its port), or <c>*</c>. Default none named: pages of the
    /// host and port that is asked for. Clients that are no browsers send no origin and are not held to it. <b>Spec</b>: RFC 6455 §10.2.
    /// </summary>
    public IList<string> Origins { get; } = [];

    private protected override void AddErrors(List<string> errors)
    {
        base.AddErrors(errors);
        errors.AddRange(Origins.Where(item => item is null || !WebSocketOrigin.IsItem(item)).Select(item => $"Origins: \"{item}\" is not *, a host or https://host[:port]."));
    }
}
