using System.Buffers;
using System.Text;
using Ropewalk.Framing;

namespace Finger.Wire;

/// <summary>Encodes a query as one line.</summary>
public sealed class FingerQueryEncoder : IFrameEncoder<FingerQuery>
{
    /// <inheritdoc/>
    public void Encode(FingerQuery frame, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(frame);
        Encoding.UTF8.GetBytes(frame.ToString(), output);
        output.Write("\r\n"u8);
    }
}
