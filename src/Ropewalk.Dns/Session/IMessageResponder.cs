namespace Ropewalk.Dns.Session;

/// <summary>Turns one message into its answer: the same for datagrams and streams, pure, and without allocating.</summary>
public interface IMessageResponder
{
    /// <summary>Answers a message.</summary>
    /// <param name="message">The message as it came.</param>
    /// <param name="origin">Where it came from.</param>
    /// <param name="response">Where the answer is written: for a datagram as long as one may become here, for a stream 65,535 bytes.</param>
    /// <returns>The answer's length; zero if there is to be none.</returns>
    /// <remarks><b>Call</b>: from any thread, also from several at once.</remarks>
    int Respond(ReadOnlySpan<byte> message, in MessageOrigin origin, Span<byte> response);
}
