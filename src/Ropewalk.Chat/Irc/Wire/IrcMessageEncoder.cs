using System.Buffers;
using System.Text;
using Ropewalk.Framing;

namespace Ropewalk.Chat.Irc.Wire;

/// <summary>Writes messages, CR LF included. A message is well-formed by construction, so nothing can go wrong; its length is the sender's care.</summary>
public sealed class IrcMessageEncoder : IFrameEncoder<IrcMessage>
{
    /// <inheritdoc/>
    public void Encode(IrcMessage frame, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(frame);
        Encoding.UTF8.GetBytes(frame.ToLine(), output);
        output.Write("\r\n"u8);
    }
}
