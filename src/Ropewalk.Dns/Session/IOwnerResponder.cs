namespace Ropewalk.Dns.Session;

/// <summary>Answers, and says besides whether all names below one have that answer: what limits rates counts them by that one.</summary>
internal interface IOwnerResponder : IMessageResponder
{
    /// <summary>Answers a message.</summary>
    /// <param name="message">The message as it came.</param>
    /// <param name="origin">Where it came from.</param>
    /// <param name="response">Where the answer is written.</param>
    /// <param name="sharedBytes">How long the ending of the question's name is below which a wildcard or a DNAME gives the answer; zero if the name itself has it.</param>
    int Respond(ReadOnlySpan<byte> message, in MessageOrigin origin, Span<byte> response, out int sharedBytes);
}
