/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

const $root = $protobuf.roots["default"] || ($protobuf.roots["default"] = {});

export const AggregatedRecord = $root.AggregatedRecord = (() => {

    const AggregatedRecord = function (properties) {
        this.partitionKeyTable = [];
        this.explicitHashKeyTable = [];
        this.records = [];
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    AggregatedRecord.prototype.partitionKeyTable = $util.emptyArray;
    AggregatedRecord.prototype.explicitHashKeyTable = $util.emptyArray;
    AggregatedRecord.prototype.records = $util.emptyArray;

    AggregatedRecord.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.partitionKeyTable != null && message.partitionKeyTable.length)
            for (let i = 0; i < message.partitionKeyTable.length; ++i)
                writer.uint32(10).string(message.partitionKeyTable[i]);
        if (message.explicitHashKeyTable != null && message.explicitHashKeyTable.length)
            for (let i = 0; i < message.explicitHashKeyTable.length; ++i)
                writer.uint32(18).string(message.explicitHashKeyTable[i]);
        if (message.records != null && message.records.length)
            for (let i = 0; i < message.records.length; ++i)
                $root.Record.encode(message.records[i], writer.uint32(26).fork(), _depth + 1).ldelim();
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    AggregatedRecord.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.AggregatedRecord();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 2)
                        break;
                    if (!(message.partitionKeyTable && message.partitionKeyTable.length))
                        message.partitionKeyTable = [];
                    message.partitionKeyTable.push(reader.string());
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    if (!(message.explicitHashKeyTable && message.explicitHashKeyTable.length))
                        message.explicitHashKeyTable = [];
                    message.explicitHashKeyTable.push(reader.string());
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    if (!(message.records && message.records.length))
                        message.records = [];
                    message.records.push($root.Record.decode(reader, reader.size(), $undefined, _depth + 1));
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return AggregatedRecord;
})();

export const Record = $root.Record = (() => {

    const Record = function (properties) {
        this.tags = [];
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    Record.prototype.partitionKeyIndex = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
    Record.prototype.explicitHashKeyIndex = null;
    Record.prototype.data = $util.newBuffer([]);
    Record.prototype.tags = $util.emptyArray;

    Record.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        writer.uint32(8).uint64(message.partitionKeyIndex);
        if (message.explicitHashKeyIndex != null && $Object.hasOwnProperty.call(message, "explicitHashKeyIndex"))
            writer.uint32(16).uint64(message.explicitHashKeyIndex);
        writer.uint32(26).bytes(message.data);
        if (message.tags != null && message.tags.length)
            for (let i = 0; i < message.tags.length; ++i)
                $root.Tag.encode(message.tags[i], writer.uint32(34).fork(), _depth + 1).ldelim();
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    Record.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.Record();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 0)
                        break;
                    message.partitionKeyIndex = reader.uint64();
                    continue;
                }
            case 2: {
                    if (wireType !== 0)
                        break;
                    message.explicitHashKeyIndex = reader.uint64();
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    message.data = reader.bytes();
                    continue;
                }
            case 4: {
                    if (wireType !== 2)
                        break;
                    if (!(message.tags && message.tags.length))
                        message.tags = [];
                    message.tags.push($root.Tag.decode(reader, reader.size(), $undefined, _depth + 1));
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        if (!$Object.hasOwnProperty.call(message, "partitionKeyIndex"))
            throw $util.ProtocolError("missing required 'partitionKeyIndex'", { instance: message });
        if (!$Object.hasOwnProperty.call(message, "data"))
            throw $util.ProtocolError("missing required 'data'", { instance: message });
        return message;
    };

    return Record;
})();

export const Tag = $root.Tag = (() => {

    const Tag = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    Tag.prototype.key = "";
    Tag.prototype.value = null;

    Tag.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        writer.uint32(10).string(message.key);
        if (message.value != null && $Object.hasOwnProperty.call(message, "value"))
            writer.uint32(18).string(message.value);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    Tag.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.Tag();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 2)
                        break;
                    message.key = reader.string();
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    message.value = reader.string();
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        if (!$Object.hasOwnProperty.call(message, "key"))
            throw $util.ProtocolError("missing required 'key'", { instance: message });
        return message;
    };

    return Tag;
})();

export {
  $root as default
};
