using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Ropewalk.Cli.Terminal;

namespace Ropewalk.Cli.Logging;

/// <summary>Formats one log message.</summary>
internal static class LogLine
{
    /// <summary>Formats it for people: time, level, message; the room where it matters.</summary>
    public static string Text(DateTimeOffset time, LogLevel level, string category, Exception? exception, string message, bool colour, bool withTrace)
    {
        string name = CommandConsole.Paint(InkOf(level), NameOf(level).PadRight(7), colour);
        string at = CommandConsole.Paint(Ink.Faint, time.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture), colour);
        string room = level is LogLevel.Information ? "" : CommandConsole.Paint(Ink.Faint, $" [{category}]", colour);
        var line = new StringBuilder($"{at} {name} {OneLine(message)}{room}");
        if (exception is not null)
        {
            line.Append(withTrace ? Environment.NewLine + exception : $": {OneLine(exception.Message)}");
        }

        return line.ToString();
    }

    /// <summary>Formats it as one JSON object.</summary>
    public static string Json(DateTimeOffset time, LogLevel level, string category, EventId id, IReadOnlyList<KeyValuePair<string, object?>>? fields, Exception? exception, string message)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("time", time.UtcDateTime);
            json.WriteString("level", NameOf(level));
            json.WriteString("category", category);
            if (id.Id != 0)
            {
                json.WriteNumber("event", id.Id);
                json.WriteString("name", id.Name);
            }

            json.WriteString("message", message);
            foreach ((string key, object? value) in fields ?? [])
            {
                if (key != "{OriginalFormat}")
                {
                    WriteField(json, key, value);
                }
            }

            if (exception is not null)
            {
                json.WriteString("exception", exception.ToString());
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    private static void WriteField(Utf8JsonWriter json, string key, object? value)
    {
        // under a letter of its own, so that no field of a message can be taken for one of ours
        json.WritePropertyName(key is "time" or "level" or "category" or "event" or "name" or "message" or "exception" ? "field." + key : key);
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case bool truth:
                json.WriteBooleanValue(truth);
                break;
            case int or long or short or byte or uint or ushort:
                json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double real when double.IsFinite(real):
                json.WriteNumberValue(real);
                break;
            default:
                json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    // what a peer sent may be in a message: it shall not make lines of its own, nor speak to the terminal
    private static string OneLine(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange('\0', '\x1f') < 0 && text.AsSpan().IndexOfAnyInRange('\x7f', '\x9f') < 0)
        {
            return text;
        }

        return string.Create(text.Length, text, static (span, text) =>
        {
            for (int i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(text[i]) ? ' ' : text[i];
            }
        });
    }

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warning",
        LogLevel.Error => "error",
        _ => "fatal",
    };

    private static Ink InkOf(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => Ink.Faint,
        LogLevel.Information => Ink.Good,
        LogLevel.Warning => Ink.Warning,
        _ => Ink.Bad,
    };
}
