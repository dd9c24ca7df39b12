using System.Text;
using Ropewalk.Framing;

namespace Ropewalk.Tests.Framing;

/// <summary>The slow and obvious line decoder that the fast one is compared with: it sees all bytes at once, one after the other.</summary>
internal static class LineModel
{
    public static List<string> Lines(byte[] bytes, int max, LineBreaks breaks)
    {
        List<string> outcomes = [];
        var line = new List<byte>();
        string? violation = null;
        for (int i = 0; i < bytes.Length; i++)
        {
            bool cr = bytes[i] == '\r', lf = bytes[i] == '\n', last = i + 1 == bytes.Length;
            if (cr && last && breaks.BareCr != BareBreak.End)
            {
                return outcomes;
            }

            bool crLf = cr && !last && bytes[i + 1] == '\n';
            BareBreak bare = cr ? breaks.BareCr : lf ? breaks.BareLf : BareBreak.Keep;
            if (crLf || bare == BareBreak.End)
            {
                if (violation is null)
                {
                    outcomes.Add(Encoding.Latin1.GetString([.. line]));
                }

                i += crLf ? 1 : 0;
                line.Clear();
                violation = null;
                continue;
            }

            if (bare == BareBreak.Keep)
            {
                line.Add(bytes[i]);
            }

            string? now = line.Count > max ? $"! line longer than {max} bytes" : bare == BareBreak.Refuse ? (cr ? "! CR without LF" : "! LF without CR") : null;
            if (violation is null && now is not null)
            {
                violation = now;
                outcomes.Add(now);
            }
        }

        return outcomes;
    }
}
