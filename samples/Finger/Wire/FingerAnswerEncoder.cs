using System.Buffers;
using System.Text;
using Ropewalk.Framing;

namespace Finger.Wire;

/// <summary>Encodes a piece of an answer: text in lines that end with CRLF.</summary>
/// <remarks>
/// <b>Spec</b>: RFC 1288 §2.2. Every line break of the text becomes CRLF, and its last line gets one. Control characters but the tab are left out: what users write about themselves must not reach
/// the terminals of others.
/// </remarks>
public sealed class FingerAnswerEncoder : IFrameEncoder<string>
{
    /// <inheritdoc/>
    public void Encode(string frame, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (frame.Length == 0)
        {
            return;
        }

        // A final break ends the last line, it does not begin another.
        string text = frame.ReplaceLineEndings("\n");
        foreach (string line in (text.EndsWith('\n') ? text[..^1] : text).Split('\n'))
        {
            Encoding.UTF8.GetBytes(string.Concat(line.Where(c => c == '\t' || !char.IsControl(c))), output);
            output.Write("\r\n"u8);
        }
    }
}
