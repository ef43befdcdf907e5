"""A Modbus server that identifies itself."""
from pymodbus.device import ModbusDeviceIdentification
from pymodbus.server import StartTcpServer
from pymodbus.version import version

IDENTITY = {"VendorName": "pymodbus", "ProductCode": "laboratory",
            "MajorMinorRevision": version.short()}

StartTcpServer(identity=ModbusDeviceIdentification(info_name=IDENTITY), address=("0.0.0.0", 502))
