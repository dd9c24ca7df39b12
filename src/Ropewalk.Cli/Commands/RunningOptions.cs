using System.CommandLine;
using Ropewalk.Cli.Configuration;
using Ropewalk.Cli.Configuration.Schema;
using Ropewalk.Cli.Configuration.Sections;

namespace Ropewalk.Cli.Commands;

/// <summary>Makes the options that every command has which runs servers, as settings of the general sections.</summary>
internal sealed class RunningOptions
{
    private readonly Option<string> _log = new("--log") { Description = "How log messages are written: text, or json. [default: text]", HelpName = "text|json" };
    private readonly Option<string> _level = new("--log-level") { Description = "The least important message that is written. [default: info]", HelpName = "LEVEL" };
    private readonly Option<string> _storage = new("--storage") { Description = "The folder in which accounts, registrations and histories are kept; without one they are in memory.", HelpName = "FOLDER" };
    private readonly Option<string> _status;
    private readonly Option<bool> _noStatus = new("--no-status") { Description = "Serves no status page." };

    /// <summary>Adds the options to a command.</summary>
    public RunningOptions(Command command, bool statusByDefault)
    {
        _status = new Option<string>("--status")
        {
            HelpName = "ENDPOINT",
            Description = statusByDefault ? "Where the status page listens. [default: tcp:127.0.0.1:8090]" : "Serves a status page there, such as 8090.",
        };
        command.Add(_log);
        command.Add(_level);
        command.Add(_storage);
        command.Add(_status);
        if (statusByDefault)
        {
            command.Add(_noStatus);
        }
    }

    /// <summary>Makes the entries of the tree.</summary>
    public IEnumerable<MappingEntry> ToEntries(ParseResult result, string workingFolder)
    {
        List<MappingEntry> log = [.. Entry(result, _log, LogSection.Format, workingFolder), .. Entry(result, _level, LogSection.Level, workingFolder)];
        if (log.Count > 0)
        {
            yield return new MappingEntry(LogSection.Schema.Name, log[0].KeyOrigin, new MappingNode(log[0].KeyOrigin, log));
        }

        List<MappingEntry> storage = [.. Entry(result, _storage, StorageSection.Folder, workingFolder)];
        if (storage.Count > 0)
        {
            yield return new MappingEntry(StorageSection.Schema.Name, storage[0].KeyOrigin, new MappingNode(storage[0].KeyOrigin, storage));
        }

        List<MappingEntry> status = [.. Entry(result, _status, StatusSection.Listen, workingFolder)];
        bool off = result.GetValue(_noStatus);
        if (status.Count > 0 || off)
        {
            Origin origin = SettingOptions.OriginOf(off ? _noStatus.Name : _status.Name, workingFolder);
            status.Add(new MappingEntry(StatusSection.Enabled.Name, origin, new ScalarNode(origin, off ? "false" : "true", plain: true)));
            yield return new MappingEntry(StatusSection.Schema.Name, origin, new MappingNode(origin, status));
        }
    }

    private static IEnumerable<MappingEntry> Entry(ParseResult result, Option<string> option, Setting setting, string workingFolder)
    {
        if (result.GetResult(option) is { Implicit: false, Tokens: [var token, ..] })
        {
            Origin origin = SettingOptions.OriginOf(option.Name, workingFolder);
            yield return new MappingEntry(setting.Name, origin, new ScalarNode(origin, token.Value, plain: true));
        }
    }
}
