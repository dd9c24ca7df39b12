namespace Ping.Server;

/// <summary>Answers probes: what whoever runs the server writes.</summary>
public interface IPingResponder
{
    /// <summary>Makes the answer to a token.</summary>
    ValueTask<string> RespondAsync(string token, CancellationToken cancellationToken);
}
