using Finger.Wire;

namespace Finger.Server;

/// <summary>Asks another host on a client's behalf. <b>Spec</b>: RFC 1288 §2.4.</summary>
public interface IFingerForwarder
{
    /// <summary>Asks <paramref name="host"/>. A failure's message is the client's answer.</summary>
    /// <exception cref="IOException">The host cannot be asked.</exception>
    ValueTask<string> AskAsync(string host, FingerQuery query, CancellationToken cancellationToken);
}
