namespace Ropewalk.Dns.Session;

/// <summary>Begins transfers where they are asked for; what asks for something else is left to the <see cref="IMessageResponder"/>.</summary>
public interface ITransferSource
{
    /// <summary>Looks at a message.</summary>
    /// <param name="message">The message as it came.</param>
    /// <param name="origin">Where it came from.</param>
    /// <param name="response">Where an answer of one message is written: a refusal, or the SOA alone.</param>
    /// <remarks><b>Call</b>: from any thread, also from several at once. Whoever gets a transfer disposes it.</remarks>
    TransferStart Begin(ReadOnlySpan<byte> message, in MessageOrigin origin, Span<byte> response);
}
