namespace Ping.Server;

/// <summary>Answers each token with itself.</summary>
public sealed class EchoResponder : IPingResponder
{
    /// <inheritdoc/>
    public ValueTask<string> RespondAsync(string token, CancellationToken cancellationToken) => ValueTask.FromResult(token);
}
